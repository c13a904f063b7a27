"""What holds for every row, whoever writes it."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from playlists.models import Playlist, PlaylistCounts, PlaylistItem
from playlists.tests.conftest import GAP, add_playlist
from tracks.choices import Reach

pytestmark = pytest.mark.django_db


@pytest.fixture
def playlist(owner, track_of, at):
    return add_playlist(owner, track_of(owner), track_of(owner), at=at, permalink="evening")


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"title": ""}, "playlist_title_not_blank"),
        ({"permalink": "Night"}, "playlist_permalink_grammar"),
        ({"type": "mixtape"}, "playlist_type_known"),
        ({"visibility": "hidden"}, "playlist_visibility_known"),
        ({"secret_token": "token"}, "playlist_secret_has_digest"),
        ({"published_at": None}, "public_playlist_is_published"),
        ({"tags": ["quiet"] * 31}, "playlist_tags_limit"),
    ],
)
def test_a_playlist_keeps_to_its_rules(playlist, changes, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Playlist.objects.filter(pk=playlist.pk).update(**changes)


def test_a_persons_address_is_of_one_playlist(playlist, owner, stranger, at):
    add_playlist(stranger, at=at, permalink="evening")
    with pytest.raises(IntegrityError, match="playlist_permalink_once"), transaction.atomic():
        add_playlist(owner, at=at, permalink="evening")


def test_a_token_opens_one_playlist(owner, at):
    add_playlist(owner, at=at, secret_token="a", secret_digest="d")
    with pytest.raises(IntegrityError, match="playlist_secret_once"), transaction.atomic():
        add_playlist(owner, at=at, secret_token="b", secret_digest="d")


def test_a_track_is_in_a_playlist_once(playlist, at):
    track = playlist.items.first().track
    with pytest.raises(IntegrityError, match="track_once_per_playlist"), transaction.atomic():
        PlaylistItem.objects.create(playlist=playlist, track=track, rank=9 * GAP, added_at=at)


def test_a_place_is_taken_by_one_track(playlist, owner, track_of, at):
    with pytest.raises(IntegrityError, match="place_once"), transaction.atomic():
        PlaylistItem.objects.create(playlist=playlist, track=track_of(owner), rank=GAP, added_at=at)


def test_a_statement_may_exchange_places(playlist):
    """Looked at row by row, the first of two that change places would meet the other."""
    before = list(playlist.items.order_by("rank").values_list("pk", flat=True))
    playlist.items.update(rank=GAP - F("rank"))
    assert list(playlist.items.order_by("rank").values_list("pk", flat=True)) == before[::-1]


def test_rows_of_a_purged_track_stay_until_the_numbers_have_followed(playlist, owner, track_of, at):
    gone = playlist.items.in_order().first().track
    gone.delete()
    assert playlist.items.filter(track=None).count() == 1
    assert PlaylistCounts.objects.get(pk=playlist.pk).tracks == 2


@pytest.mark.parametrize(
    ("fields", "reach"),
    [
        ({}, Reach.LISTS),
        ({"visibility": "unlisted"}, Reach.ADDRESS),
        ({"visibility": "private", "secret_token": "t", "secret_digest": "d"}, Reach.LINK),
        ({"visibility": "private"}, Reach.NOBODY),
    ],
)
def test_reach(owner, at, fields, reach):
    playlist = add_playlist(owner, at=at, **fields)
    assert playlist.reach is reach
    assert playlist.is_listed is (reach is Reach.LISTS)
    playlist.deleted_at = at
    assert playlist.reach is Reach.NOBODY
