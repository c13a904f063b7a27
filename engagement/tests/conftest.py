"""People, and what they can like and repost: tracks that are ready, playlists, posts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from config.lib.viewer import Viewer
from engagement import services
from engagement.models import Post, PostCounts
from engagement.posts.services import publish_post
from engagement.tests.things import Thing, noun_of
from playlists.models import Playlist
from playlists.services import create_playlist
from tracks.models import Track
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
def make_playlist(at) -> Callable[..., Playlist]:
    """`make_playlist(owner, title="Evening")`."""

    def make(owner: User, **details: Any) -> Playlist:
        return create_playlist(owner=owner, details={"title": "Evening", **details}, at=at)

    return make


@pytest.fixture
def playlist(owner, make_playlist) -> Playlist:
    """A playlist of the owner's that everybody finds."""
    return make_playlist(owner)


@pytest.fixture(params=["track", "playlist"])
def make_thing(request) -> Callable[..., Thing]:
    """Makes something that everybody finds, and that can be liked and reposted: once of each noun."""
    make: Callable[..., Thing] = request.getfixturevalue(
        {"track": "make_ready", "playlist": "make_playlist"}[request.param]
    )
    return make


@pytest.fixture
def thing(owner, make_thing) -> Thing:
    """One of the owner's."""
    return make_thing(owner, title="Tide")


def likes_of(post: Post) -> int:
    return PostCounts.objects.get(pk=post.pk).likes


def kind_of(thing: Thing | Post) -> services.MarkKind:
    """Liking it."""
    return services.POST_LIKES if isinstance(thing, Post) else noun_of(thing).likes


def like(person: User, thing: Thing | Post, *, at, token: str = "") -> None:
    viewer = Viewer.with_token(user=person, secret_token=token)
    services.like(kind=kind_of(thing), viewer=viewer, thing_id=thing.pk, at=at)


def unlike(person: User, thing: Thing | Post) -> None:
    services.unlike(kind=kind_of(thing), viewer=Viewer(user=person), thing_id=thing.pk)


def repost(person: User, thing: Thing, *, at, caption: str | None = None) -> None:
    kind = noun_of(thing).reposts
    services.repost(kind=kind, viewer=Viewer(user=person), thing_id=thing.pk, caption=caption, at=at)


def unrepost(person: User, thing: Thing) -> None:
    services.unrepost(kind=noun_of(thing).reposts, viewer=Viewer(user=person), thing_id=thing.pk)
