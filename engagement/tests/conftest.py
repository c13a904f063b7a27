"""People, tracks that are ready, and what is counted of them."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import User
from config.lib.viewer import Viewer
from engagement import services
from engagement.models import Post, PostCounts
from engagement.posts.services import publish_post
from tracks.models import Track, TrackCounts
from tracks.tests.conftest import finish, made, make_ready, rooms, tone

__all__ = ["finish", "made", "make_ready", "rooms", "tone"]


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def fan(make_user) -> User:
    return make_user("fan")


@pytest.fixture
def track(owner, make_ready) -> Track:
    """A track of the owner's that everybody finds."""
    return make_ready(owner, title="Tide")


@pytest.fixture
def post(owner, at) -> Post:
    """A post of the owner's."""
    return publish_post(author=owner, body="Something new is coming.", at=at)


@pytest.fixture
def counts() -> Callable[[Track], tuple[int, int]]:
    """(likes, reposts) on the card of a track."""

    def of(track: Track) -> tuple[int, int]:
        row = TrackCounts.objects.get(pk=track.pk)
        return row.likes, row.reposts

    return of


def likes_of(post: Post) -> int:
    return PostCounts.objects.get(pk=post.pk).likes


def like_track(person: User, track: Track, *, at, token: str = "") -> None:
    viewer = Viewer.with_token(user=person, secret_token=token)
    services.like(kind=services.TRACK_LIKES, viewer=viewer, thing_id=track.pk, at=at)


def unlike_track(person: User, track: Track) -> None:
    services.unlike(kind=services.TRACK_LIKES, viewer=Viewer(user=person), thing_id=track.pk)


def like_post(person: User, post: Post, *, at) -> None:
    services.like(kind=services.POST_LIKES, viewer=Viewer(user=person), thing_id=post.pk, at=at)


def unlike_post(person: User, post: Post) -> None:
    services.unlike(kind=services.POST_LIKES, viewer=Viewer(user=person), thing_id=post.pk)


def repost(person: User, track: Track, *, at, caption: str | None = None) -> None:
    services.repost(kind=services.TRACK_REPOSTS, viewer=Viewer(user=person), thing_id=track.pk, caption=caption, at=at)


def unrepost(person: User, track: Track) -> None:
    services.unrepost(kind=services.TRACK_REPOSTS, viewer=Viewer(user=person), thing_id=track.pk)
