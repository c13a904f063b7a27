"""Somebody's private thing of a kind that links open, here a track; `playlists` lets the same tests run over its own.

`kind`, `make_thing`, `withdrawn`, `trash` and `purge` are what a kind says for itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from config.lib.events import Event
from config.lib.secrets import random_key
from config.lib.testing import Api
from config.lib.viewer import Viewer
from tracks import services as tracks
from tracks.events import TrackWithdrawn
from tracks.models import Track, TrackCounts
from tracks.sharing import services
from tracks.sharing.cards import share_url
from tracks.sharing.kinds import Kind, kinds
from tracks.sharing.models import ShareLink
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import Found, Opened
from tracks.tests.spaces.conftest import cast, join, space

__all__ = ["cast", "join", "space"]

OPEN = "/api/v1/share-links/open/"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def kind() -> Kind:
    """What the links lead to."""
    return TRACK


@pytest.fixture
def withdrawn() -> type[Event]:
    """What tells that a door to the thing is shut."""
    return TrackWithdrawn


@pytest.fixture
def trash(at) -> Callable[[Track], None]:
    return lambda track: tracks.trash_track(track=track, at=at)


@pytest.fixture
def purge(at) -> Callable[[Track], None]:
    return lambda track: tracks.purge_track(track_id=track.pk, reason="a test", at=at)


@pytest.fixture
def make_thing() -> Callable[..., Track]:
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
def thing(owner, make_thing) -> Any:
    """Nobody opens it but its owner, and whoever has a link."""
    return make_thing(owner)


@pytest.fixture
def make_link(thing, kind) -> Callable[..., ShareLink]:
    """A link to the thing."""

    def make(*, to: Any = thing, **wish: Any) -> ShareLink:
        wished = services.Wish(**{"label": "For the label", **wish})
        return services.make_share_link(kind=kind, thing=to, by=to.owner, wish=wished, at=timezone.now())

    return make


def again(link: ShareLink) -> ShareLink:
    """As the database has it now."""
    return type(link).objects.get(pk=link.pk)


def found(link: ShareLink) -> Found:
    """The link with its kind."""
    return Found(next(kind for kind in kinds() if isinstance(link, kind.links)), link)


def token_of(link: ShareLink) -> str:
    """What stands at the end of its address."""
    return str(share_url(link.sealed_token)).removeprefix("http://earshot.test/s/").removesuffix("/")


def use(link: ShareLink, *, user: Any = None, at: datetime | None = None) -> Opened:
    """Open it past the password."""
    viewer = Viewer(user=user or AnonymousUser())
    return services.use_share_link(found=found(link), viewer=viewer, at=at or timezone.now())


def delete(link: ShareLink) -> None:
    thing = getattr(link, found(link).kind.thing)
    services.delete_share_link(found=found(link), thing=thing, by=thing.owner)


def opened(client: Api, link: ShareLink, *, password: str = "") -> Any:
    """The answer to opening it over the API."""
    body = {"token": token_of(link)} | ({"password": password} if password else {})
    return client.post(OPEN, body)


def path_of(thing: Any) -> str:
    """Where the API answers about it."""
    return f"/api/v1/{type(thing)._meta.model_name}s/{thing.pk}/"


def reads(client: Api, thing: Any, grant: str) -> int:
    """How the detail is answered."""
    status: int = client.get(path_of(thing), {"grant": grant}).status_code
    return status


def person(user: User) -> Viewer:
    return Viewer(user=user)
