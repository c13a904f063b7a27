"""People, tracks that are ready without ffmpeg having run, and playlists of them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import User
from accounts.services import add_tracks
from config.lib import storage
from config.lib.secrets import random_key
from config.lib.viewer import Viewer
from playlists import services
from playlists.models import Playlist, PlaylistCounts, PlaylistItem
from playlists.ranks import GAP
from tracks.choices import State, Visibility
from tracks.models import Artwork, Sound, Track, TrackCounts
from tracks.tests.conftest import rooms

__all__ = ["rooms"]


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def fan(make_user) -> User:
    return make_user("fan")


def add_track(owner: User, *, at: datetime, **fields: Any) -> Track:
    """A track whose row says that it can be played: of its sound there is only the row."""
    said = {"title": "Tide", "permalink": random_key(), "duration_ms": 60_000, "created_at": at, "updated_at": at}
    track = Track.objects.create(**{**said, "owner": owner, **fields})
    sound = Sound.objects.create(
        track=track,
        key=random_key(),
        original_name="tone.wav",
        original_bytes=1,
        state=State.READY,
        created_at=at,
        due_at=at,
    )
    TrackCounts.objects.create(track=track)
    track.sound, track.state = sound, State.READY
    track.published_at = at if track.visibility == Visibility.PUBLIC else None
    track.save()
    add_tracks(user_id=owner.pk, n=int(track.is_listed))
    return track


@pytest.fixture
def track_of(at) -> Callable[..., Track]:
    """`track_of(owner, duration_ms=1000, visibility="private")`."""

    def make(owner: User, **fields: Any) -> Track:
        return add_track(owner, at=at, **fields)

    return make


@pytest.fixture
def tracks(owner, track_of) -> list[Track]:
    """Five of the owner's that everybody finds, of 1, 2, 3, 4, 5 seconds."""
    return [track_of(owner, title=f"Tide {n}", duration_ms=1000 * n) for n in range(1, 6)]


@pytest.fixture
def make_playlist(at) -> Callable[..., Playlist]:
    """`make_playlist(owner, *tracks, title=…)`, by the service."""

    def make(owner: User, *tracks: Track, **details: Any) -> Playlist:
        ids = [track.pk for track in tracks]
        return services.create_playlist(owner=owner, details={"title": "Evening", **details}, track_ids=ids, at=at)

    return make


@pytest.fixture
def playlist(owner, tracks, make_playlist) -> Playlist:
    """The owner's, with the five in it."""
    return make_playlist(owner, *tracks)


def add_playlist(owner: User, *tracks: Track, at: datetime, **fields: Any) -> Playlist:
    """A playlist as a row, with these tracks in it, counted like listed ones."""
    said = {"title": "Evening", "permalink": random_key(), "created_at": at, "updated_at": at, "published_at": at}
    playlist = Playlist.objects.create(**{**said, "owner": owner, **fields})
    for place, track in enumerate(tracks):
        PlaylistItem.objects.create(
            playlist=playlist, track=track, rank=place * GAP, counted_ms=track.duration_ms, added_at=at
        )
    duration_ms = sum(track.duration_ms or 0 for track in tracks)
    PlaylistCounts.objects.create(playlist=playlist, tracks=len(tracks), duration_ms=duration_ms)
    return playlist


def order_of(playlist: Playlist) -> list[int]:
    """The ids of all tracks in it, as they are heard."""
    return list(PlaylistItem.objects.of(playlist.pk).in_order().values_list("track_id", flat=True))


def numbers(playlist: Playlist) -> tuple[int, int]:
    """(tracks, duration_ms) on its card."""
    row = PlaylistCounts.objects.get(pk=playlist.pk)
    return row.tracks, row.duration_ms


def assert_counted(*playlists: Playlist) -> None:
    """The numbers are those of what lists show, counted anew from the tracks' own rows."""
    for playlist in playlists:
        listed = Track.objects.listed().filter(pk__in=[pk for pk in order_of(playlist) if pk])
        lengths = list(listed.values_list("duration_ms", flat=True))
        assert numbers(playlist) == (len(lengths), sum(lengths))


def seen_by(person: Any, playlist: Playlist, *, token: str = "") -> list[int]:
    """What a list shows of it to somebody who does not edit it."""
    viewer = Viewer.with_token(user=person, secret_token=token)
    items = PlaylistItem.objects.visible_to(viewer).shown_to(viewer).of(playlist.pk)
    return list(items.in_order().values_list("track_id", flat=True))


def png(color: str = "red", size: tuple[int, int] = (40, 40)) -> bytes:
    sink = BytesIO()
    Image.new("RGB", size, color).save(sink, "PNG")
    return sink.getvalue()


def webp(color: str) -> bytes:
    sink = BytesIO()
    Image.new("RGB", (60, 60), color).save(sink, "WEBP")
    return sink.getvalue()


def give_cover(track: Track, color: str, *, at: datetime) -> Artwork:
    """A cover of one colour, stored as if it had come in."""
    cover = Artwork.objects.create(key=random_key(), color="#000000", placeholder="", created_at=at)
    for name in ("thumb.webp", "medium.webp", "large.webp"):
        storage.store(key=f"{cover.folder}/{name}", content=ContentFile(webp(color)))
    Track.objects.filter(pk=track.pk).update(artwork=cover)
    return cover


def ids(tracks: Sequence[Track]) -> list[int]:
    return [track.pk for track in tracks]
