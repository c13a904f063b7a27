"""What playlists say for themselves where the rules of links are tested."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from config.lib.events import Event
from playlists import services
from playlists.events import PlaylistWithdrawn
from playlists.models import Playlist
from playlists.sharing import PLAYLIST
from playlists.tests.conftest import add_playlist
from tracks.models import Track
from tracks.sharing.kinds import Kind
from tracks.tests.sharing.conftest import cast, join, make_link, space, thing

__all__ = ["cast", "join", "make_link", "space", "thing"]


@pytest.fixture
def kind() -> Kind:
    return PLAYLIST


@pytest.fixture
def withdrawn() -> type[Event]:
    return PlaylistWithdrawn


@pytest.fixture
def trash(at) -> Callable[[Playlist], None]:
    return lambda playlist: services.trash_playlist(playlist=playlist, by=playlist.owner, at=at)


@pytest.fixture
def purge(rooms) -> Callable[[Playlist], None]:
    return lambda playlist: services.purge_playlist(playlist_id=playlist.pk, reason="a test")


@pytest.fixture
def make_thing() -> Callable[..., Playlist]:
    """A playlist as rows say so, with these tracks in it."""

    def make(owner: User, *tracks: Track, **words: Any) -> Playlist:
        return add_playlist(owner, *tracks, at=timezone.now(), **{"visibility": "private", **words})

    return make
