"""People, tracks that are ready without ffmpeg having run, and playlists of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from config.lib.secrets import random_key
from playlists.models import Playlist, PlaylistCounts, PlaylistItem
from tracks.choices import State, Visibility
from tracks.models import Sound, Track, TrackCounts
from tracks.tests.conftest import rooms

__all__ = ["rooms"]

GAP = 1 << 32


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
    return track


@pytest.fixture
def track_of(at) -> Callable[..., Track]:
    """`track_of(owner, duration_ms=1000, visibility="private")`."""

    def make(owner: User, **fields: Any) -> Track:
        return add_track(owner, at=at, **fields)

    return make


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
