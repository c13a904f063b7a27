"""The order of a playlist, and what is in it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import suspend_user
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from playlists import services
from playlists.events import PlaylistReordered, PlaylistTrackAdded, PlaylistTrackRemoved
from playlists.models import Playlist, PlaylistItem
from playlists.services import filling, ordering
from playlists.tests.conftest import assert_counted, ids, numbers, order_of
from social.services import block_user
from tracks.models import Track
from tracks.services import update_track

pytestmark = pytest.mark.django_db


def add(playlist, track, by, at, position=None):
    return services.add_track(playlist=playlist, track_id=track.pk, position=position, by=by, at=at)


def move(playlist, track, anchor, by, at, *, after=False):
    return services.move_item(playlist=playlist, track_id=track.pk, anchor_id=anchor.pk, after=after, by=by, at=at)


def reorder(playlist, tracks, by, at):
    return services.set_order(playlist=playlist, track_ids=ids(tracks), by=by, at=at)


@pytest.mark.parametrize(("position", "place"), [(None, 5), (0, 0), (2, 2), (5, 5)])
def test_a_track_comes_where_it_is_put(playlist, owner, track_of, at, position, place):
    new = track_of(owner, duration_ms=500)
    with emitted() as events:
        add(playlist, new, owner, at, position)
    assert order_of(playlist).index(new.pk) == place
    assert numbers(playlist) == (6, 15_500)
    assert [type(event) for event in events] == [PlaylistTrackAdded]


def test_a_place_beyond_the_end_is_refused(playlist, owner, track_of, at):
    with pytest.raises(services.PositionBeyondEnd) as refusal:
        add(playlist, track_of(owner), owner, at, 6)
    assert refusal.value.facts == {"tracks_count": 5}
    assert len(order_of(playlist)) == 5


def test_a_track_is_in_a_playlist_once(playlist, tracks, owner, at):
    with pytest.raises(services.TrackInPlaylist):
        add(playlist, tracks[0], owner, at)
    assert_counted(playlist)


def test_a_playlist_is_full_at_some_point(playlist, owner, track_of, at, monkeypatch):
    monkeypatch.setattr(filling, "MOST_TRACKS", 5)
    with pytest.raises(services.PlaylistFull):
        add(playlist, track_of(owner), owner, at)


@pytest.mark.parametrize(
    ("fields", "by_owner", "comes"),
    [
        ({}, False, True),
        ({"visibility": "unlisted"}, False, True),
        ({"visibility": "private"}, False, False),
        ({"visibility": "private"}, True, True),
    ],
)
def test_what_the_person_may_open_comes_in(owner, stranger, make_playlist, track_of, at, fields, by_owner, comes):
    person = owner if by_owner else stranger
    playlist, track = make_playlist(person), track_of(owner, **fields)
    if not comes:
        with pytest.raises(Track.DoesNotExist):
            add(playlist, track, person, at)
    else:
        add(playlist, track, person, at)
    assert order_of(playlist) == ([track.pk] if comes else [])
    assert_counted(playlist)


def test_what_a_block_hides_does_not_come_in(owner, stranger, make_playlist, tracks, at):
    block_user(blocker=owner, blocked=stranger, at=at)
    with pytest.raises(Track.DoesNotExist):
        add(make_playlist(stranger), tracks[0], stranger, at)


def test_a_track_goes(playlist, tracks, owner, at):
    with emitted() as events:
        services.remove_track(playlist=playlist, track_id=tracks[1].pk, by=owner, at=at)
    assert order_of(playlist) == ids([tracks[0], *tracks[2:]])
    assert numbers(playlist) == (4, 13_000)
    assert [type(event) for event in events] == [PlaylistTrackRemoved]
    with pytest.raises(PlaylistItem.DoesNotExist):
        services.remove_track(playlist=playlist, track_id=tracks[1].pk, by=owner, at=at)


def test_one_that_is_not_counted_goes_without_moving_the_numbers(owner, make_playlist, track_of, at):
    hidden = track_of(owner, visibility="private")
    playlist = make_playlist(owner, hidden)
    services.remove_track(playlist=playlist, track_id=hidden.pk, by=owner, at=at)
    assert numbers(playlist) == (0, 0)


@pytest.mark.parametrize(
    ("moved", "anchor", "after", "order"),
    [
        (4, 0, False, [4, 0, 1, 2, 3]),
        (0, 4, True, [1, 2, 3, 4, 0]),
        (3, 1, False, [0, 3, 1, 2, 4]),
        (1, 3, True, [0, 2, 3, 1, 4]),
        (1, 2, False, [0, 1, 2, 3, 4]),
        (2, 1, True, [0, 1, 2, 3, 4]),
    ],
)
def test_a_track_moves(playlist, tracks, owner, at, moved, anchor, after, order):
    with emitted() as events:
        move(playlist, tracks[moved], tracks[anchor], owner, at, after=after)
    assert order_of(playlist) == ids([tracks[n] for n in order])
    stayed = order == [0, 1, 2, 3, 4]
    assert [type(event) for event in events] == ([] if stayed else [PlaylistReordered])


def test_a_gap_that_is_used_up_is_made_anew(playlist, tracks, owner, at):
    for _ in range(40):
        move(playlist, tracks[0], tracks[1], owner, at, after=True)
        move(playlist, tracks[2], tracks[1], owner, at, after=True)
    assert set(order_of(playlist)) == set(ids(tracks))
    assert order_of(playlist)[:3] == ids([tracks[1], tracks[2], tracks[0]])
    PlaylistItem.objects.of(playlist.pk).filter(track=tracks[1]).update(rank=-5 * ordering.spread(2)[1])
    PlaylistItem.objects.of(playlist.pk).filter(track=tracks[2]).update(rank=-5 * ordering.spread(2)[1] + 1)
    move(playlist, tracks[4], tracks[2], owner, at)
    assert order_of(playlist)[:3] == ids([tracks[1], tracks[4], tracks[2]])


def test_a_track_that_comes_into_a_used_up_gap(playlist, tracks, owner, track_of, at):
    first = PlaylistItem.objects.of(playlist.pk).in_order()[0].rank
    PlaylistItem.objects.of(playlist.pk).filter(track=tracks[1]).update(rank=first + 1)
    new = track_of(owner)
    add(playlist, new, owner, at, 1)
    assert order_of(playlist)[:3] == [tracks[0].pk, new.pk, tracks[1].pk]


def test_a_move_names_what_is_there(playlist, tracks, owner, track_of, at):
    with pytest.raises(services.PlaylistChanged):
        move(playlist, tracks[0], track_of(owner), owner, at)


def test_an_order_is_taken_whole(playlist, tracks, owner, at):
    with emitted() as events:
        reorder(playlist, tracks[::-1], owner, at)
    assert order_of(playlist) == ids(tracks[::-1])
    assert [type(event) for event in events] == [PlaylistReordered]
    with emitted() as events:
        reorder(playlist, tracks[::-1], owner, at)
    assert events == []


@pytest.mark.parametrize("named", [[0, 1, 2, 3], [0, 1, 2, 3, 5], [0, 1, 2, 3, 4, 5]])
def test_an_order_names_just_what_is_there(playlist, tracks, owner, track_of, at, named):
    known = [*tracks, track_of(owner)]
    with pytest.raises(services.PlaylistChanged):
        reorder(playlist, [known[n] for n in named], owner, at)
    assert order_of(playlist) == ids(tracks)


def test_what_one_does_not_see_keeps_its_place(owner, stranger, tracks, make_playlist, track_of, at):
    hidden = track_of(owner)
    playlist = make_playlist(stranger, tracks[0], hidden, tracks[1], tracks[2])
    update_track(track=hidden, changes={"visibility": "private"}, at=at)
    reorder(playlist, [tracks[2], tracks[1], tracks[0]], stranger, at)
    assert order_of(playlist) == ids([tracks[2], hidden, tracks[1], tracks[0]])
    new = track_of(owner)
    add(playlist, new, stranger, at, 1)
    assert order_of(playlist) == ids([tracks[2], hidden, new, tracks[1], tracks[0]])


def test_an_order_of_many_costs_a_few_statements(playlist, tracks, owner, at):
    with CaptureQueriesContext(
        connection,
    ) as few:
        reorder(playlist, tracks[::-1], owner, at)
    assert len(few) < 12


def test_who_is_nobody_there_any_more_finds_nothing(playlist, tracks, stranger, at):
    with pytest.raises(Playlist.DoesNotExist):
        reorder(playlist, tracks, stranger, at)


def test_what_lies_in_the_trash_is_not_changed(playlist, tracks, owner, at):
    services.trash_playlist(playlist=playlist, by=owner, at=at)
    with pytest.raises(Playlist.DoesNotExist):
        move(playlist, tracks[0], tracks[1], owner, at)


def test_a_suspended_persons_track_does_not_come_in(owner, stranger, tracks, make_playlist, at):
    suspend_user(user=owner, reason="spam", until=None, at=at)
    with pytest.raises(Track.DoesNotExist):
        add(make_playlist(stranger), tracks[0], stranger, at)
    assert not Track.objects.visible_to(Viewer(user=stranger)).exists()
