from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from config.lib.secrets import random_key
from config.lib.testing import Api
from config.lib.viewer import Viewer
from tracks.models import Track, TrackCounts, TrackShareLink
from tracks.sharing import services
from tracks.sharing.cards import share_url
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import Found, Opened

OPEN = "/api/v1/share-links/open/"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def make_rows() -> Callable[..., Track]:
    """A track as far as rows say so: nothing of it is stored."""

    def make(owner: User, *, has_sound: bool = True, **words: Any) -> Track:
        at = timezone.now()
        words = {"title": "Undertow", "permalink": random_key(), "visibility": "private", **words}
        track = Track.objects.create(owner=owner, created_at=at, updated_at=at, **words)
        TrackCounts.objects.create(track=track)
        if has_sound:
            file = {"key": random_key(), "original_name": "a.wav", "original_bytes": 1}
            sound = track.sounds.create(**file, created_at=at, due_at=at, state="ready")
            is_public = track.visibility == "public"
            Track.objects.filter(pk=track.pk).update(sound=sound, state="ready", published_at=at if is_public else None)
        return Track.objects.get(pk=track.pk)

    return make


@pytest.fixture
def track(owner, make_rows) -> Track:
    """Nobody opens it but its owner, and whoever has a link."""
    return make_rows(owner)


@pytest.fixture
def make_link(track) -> Callable[..., TrackShareLink]:
    """A link to the track."""

    def make(*, to: Track = track, **wish: Any) -> TrackShareLink:
        wished = services.Wish(**{"label": "For the label", **wish})
        return services.make_share_link(kind=TRACK, thing=to, by=to.owner, wish=wished, at=timezone.now())

    return make


def again(link: TrackShareLink) -> TrackShareLink:
    """As the database has it now."""
    return TrackShareLink.objects.get(pk=link.pk)


def token_of(link: TrackShareLink) -> str:
    """What stands at the end of its address."""
    return str(share_url(link.sealed_token)).removeprefix("http://earshot.test/s/").removesuffix("/")


def use(link: TrackShareLink, *, user: Any = None, at: datetime | None = None) -> Opened:
    """Open it past the password."""
    viewer = Viewer(user=user or AnonymousUser())
    return services.use_share_link(found=Found(TRACK, link), viewer=viewer, at=at or timezone.now())


def delete(link: TrackShareLink) -> None:
    services.delete_share_link(found=Found(TRACK, link), thing=link.track, by=link.track.owner)


def opened(client: Api, link: TrackShareLink, *, password: str = "") -> Any:
    """The answer to opening it over the API."""
    body = {"token": token_of(link)} | ({"password": password} if password else {})
    return client.post(OPEN, body)


def reads(client: Api, track: Track, grant: str) -> int:
    """How the detail is answered."""
    status: int = client.get(f"/api/v1/tracks/{track.pk}/", {"grant": grant}).status_code
    return status


def person(user: User) -> Viewer:
    return Viewer(user=user)
