"""What a playlist says of itself, from its making to the trash and back."""

from datetime import timedelta
from functools import partial
from itertools import islice

import pytest
from django.db import IntegrityError, transaction

from accounts.models import UserCounts
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from playlists import services
from playlists.events import (
    PlaylistCreated,
    PlaylistPublished,
    PlaylistPurged,
    PlaylistRestored,
    PlaylistTrashed,
    PlaylistUpdated,
    PlaylistWithdrawn,
)
from playlists.models import Playlist, PlaylistCounts
from playlists.services import permalinks
from playlists.tests.conftest import ids, order_of
from social.choices import Kind
from social.models import Activity
from tracks.models import Track

pytestmark = pytest.mark.django_db


def listed_count(person) -> int:
    return UserCounts.objects.get(pk=person.pk).playlists


def shown(playlist) -> list:
    """What followers are shown of it: (by whom, when)."""
    rows = Activity.objects.filter(kind=Kind.PLAYLIST, object_id=playlist.pk)
    return list(rows.values_list("actor_id", "created_at"))


def update(playlist, by, at, **changes):
    return services.update_playlist(playlist=playlist, changes=changes, by=by, at=at)


def test_a_playlist_begins_on_the_public_record(owner, tracks, make_playlist, at):
    with emitted() as events:
        playlist = make_playlist(owner, *tracks[::-1], title="Évening tide")
    assert order_of(playlist) == ids(tracks[::-1])
    assert (playlist.permalink, playlist.published_at) == ("evening-tide", at)
    assert listed_count(owner) == 1
    assert shown(playlist) == [(owner.pk, at)]
    assert {PlaylistCreated, PlaylistPublished} <= {type(event) for event in events}


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_one_that_is_in_no_list_is_not_counted(owner, make_playlist, visibility):
    playlist = make_playlist(owner, visibility=visibility)
    assert (playlist.published_at, listed_count(owner), shown(playlist)) == (None, 0, [])


def test_with_a_track_that_cannot_be_opened_nothing_is_made(owner, stranger, track_of, make_playlist, tracks):
    with pytest.raises(Track.DoesNotExist):
        make_playlist(stranger, tracks[0], track_of(owner, visibility="private"))
    assert not Playlist.objects.exists()


def test_addresses_of_one_title_are_numbered(owner, stranger, make_playlist, monkeypatch):
    found = [make_playlist(owner, title="Night").permalink for _ in range(5)]
    assert found[:3] == ["night", "night-2", "night-3"]
    assert len(set(found)) == 5
    assert make_playlist(stranger, title="Night").permalink == "night"
    assert make_playlist(owner, title="夜").permalink == "playlist"
    assert make_playlist(owner, title="feed").permalink == "feed-2"


def test_an_address_that_is_taken_or_kept_is_refused(owner, make_playlist, at):
    make_playlist(owner, permalink="night")
    other = make_playlist(owner, permalink="day")
    with pytest.raises(services.PlaylistPermalinkTaken):
        make_playlist(owner, permalink="night")
    with pytest.raises(services.PlaylistPermalinkTaken):
        update(other, owner, at, permalink="night")
    with pytest.raises(services.PlaylistPermalinkReserved):
        update(other, owner, at, permalink="feed")


def test_after_three_numbers_addresses_are_random(owner):
    found = list(islice(permalinks.free_permalinks(Playlist(owner=owner), wish="Night"), 5))
    assert found[:3] == ["night", "night-2", "night-3"]
    assert len(set(found)) == 5


def test_who_loses_an_address_chooses_again(owner, make_playlist, monkeypatch):
    make_playlist(owner, permalink="night")
    monkeypatch.setattr(permalinks, "free_permalinks", lambda playlist, *, wish: iter(["night", "day"]))
    assert make_playlist(owner, title="Night").permalink == "day"


def test_what_else_the_database_refuses_is_no_matter_of_addresses(owner, make_playlist):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_playlist(owner, title="", permalink="night")


def test_changes_are_written_and_told_once(playlist, owner, at):
    with emitted() as events:
        update(playlist, owner, at, title="Morning", type="album", release_date=at.date())
        update(playlist, owner, at, title="Morning")
    assert [type(event) for event in events] == [PlaylistUpdated]
    assert Playlist.objects.get().type == "album"


def test_what_leaves_the_lists_comes_back_to_its_place(playlist, owner, at):
    later = at + timedelta(hours=1)
    with emitted() as events:
        update(playlist, owner, later, visibility="private")
    assert [type(event) for event in events] == [PlaylistUpdated, PlaylistWithdrawn]
    assert (listed_count(owner), shown(playlist)) == (0, [])
    with emitted() as events:
        update(playlist, owner, later, visibility="public")
    assert [type(event) for event in events] == [PlaylistUpdated]
    assert (listed_count(owner), shown(playlist)) == (1, [(owner.pk, at)])


def test_the_first_time_in_public_is_told(owner, make_playlist, at):
    playlist = make_playlist(owner, visibility="private")
    later = at + timedelta(hours=1)
    with emitted() as events:
        update(playlist, owner, later, visibility="public")
    assert [type(event) for event in events] == [PlaylistUpdated, PlaylistPublished]
    assert shown(playlist) == [(owner.pk, later)]


def test_from_the_trash_comes_back_what_went_there(playlist, tracks, owner, at):
    PlaylistCounts.objects.update(likes=3)
    services.make_secret_token(playlist=playlist, by=owner, at=at)
    before = Playlist.objects.values().get(), PlaylistCounts.objects.values().get(), order_of(playlist)
    with emitted() as events:
        services.trash_playlist(playlist=playlist, by=owner, at=at)
        services.trash_playlist(playlist=playlist, by=owner, at=at)
    assert [type(event) for event in events] == [PlaylistTrashed]
    assert (listed_count(owner), shown(playlist)) == (0, [])
    with emitted() as events:
        services.restore_playlist(playlist=playlist, by=owner)
        services.restore_playlist(playlist=playlist, by=owner)
    assert [type(event) for event in events] == [PlaylistRestored]
    assert (Playlist.objects.values().get(), PlaylistCounts.objects.values().get(), order_of(playlist)) == before
    assert (listed_count(owner), shown(playlist)) == (1, [(owner.pk, at)])


@pytest.mark.parametrize("trashed", [True, False])
def test_what_is_purged_is_gone(playlist, tracks, owner, at, trashed):
    if trashed:
        services.trash_playlist(playlist=playlist, by=owner, at=at)
    with emitted() as events:
        assert services.purge_playlist(playlist_id=playlist.pk)
        assert not services.purge_playlist(playlist_id=playlist.pk)
    assert [type(event) for event in events] == [PlaylistPurged]
    assert not Playlist.objects.exists()
    assert Track.objects.count() == len(tracks)
    assert (listed_count(owner), shown(playlist)) == (0, [])


def test_only_what_was_thrown_away_in_time_is_purged_by_the_clock(playlist, owner, at):
    purge = partial(services.purge_thrown_playlists, playlist_ids=[playlist.pk])
    assert purge(before=at) == 0, "it was brought back, or never thrown away"
    services.trash_playlist(playlist=playlist, by=owner, at=at)
    assert purge(before=at - timedelta(microseconds=1)) == 0
    assert purge(before=at) == 1
    assert (purge(before=at), Playlist.objects.count()) == (0, 0)


def test_only_its_own_people_let_a_playlist_go_for_good(playlist, owner, stranger, at):
    purge = partial(services.purge_thrown_playlist, playlist=playlist)
    for person, thrown in ((owner, False), (stranger, True)):
        if thrown:
            services.trash_playlist(playlist=playlist, by=owner, at=at)
        with pytest.raises(Playlist.DoesNotExist):
            purge(viewer=Viewer(user=person))
    purge(viewer=Viewer(user=owner))
    assert not Playlist.objects.exists()


def test_links_are_made_changed_and_dropped(playlist, owner, at):
    update(playlist, owner, at, visibility="private")
    first = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    with emitted() as events:
        second = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
        services.drop_secret_token(playlist=playlist, by=owner, at=at)
        services.drop_secret_token(playlist=playlist, by=owner, at=at)
    assert first != second
    assert [type(event) for event in events] == [PlaylistWithdrawn] * 2
    assert Playlist.objects.get().secret_digest is None
