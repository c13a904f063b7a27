"""The numbers on a card count what lists show, whatever becomes of the tracks."""

import pytest

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted
from playlists import services, tasks
from playlists.events import ItemsOrphaned, TrackMiscounted, TracksOfMiscounted
from playlists.models import PlaylistItem
from playlists.services import counting, counts
from playlists.tests.conftest import assert_counted, numbers
from tracks.models import Track
from tracks.services import purge_track, trash_track, update_track

pytestmark = pytest.mark.django_db


def trash(track, at):
    trash_track(track=track, at=at)


def privatise(track, at):
    update_track(track=track, changes={"visibility": "private"}, at=at)


def unlist(track, at):
    update_track(track=track, changes={"visibility": "unlisted"}, at=at)


def lengthen(track, at):
    Track.objects.filter(pk=track.pk).update(duration_ms=90_000)


def bring_back(track, at):
    Track.objects.filter(pk=track.pk).update(deleted_at=None, visibility="public")


@pytest.mark.parametrize(
    ("deed", "expected"),
    [(trash, (4, 14_000)), (privatise, (4, 14_000)), (unlist, (4, 14_000)), (lengthen, (5, 104_000))],
)
def test_numbers_follow_a_track(playlist, tracks, at, deed, expected):
    deed(tracks[0], at)
    assert tasks.settle_track(track_id=tracks[0].pk) == 1
    assert numbers(playlist) == expected
    assert tasks.settle_track(track_id=tracks[0].pk) == 0
    assert numbers(playlist) == expected
    Track.objects.filter(pk=tracks[0].pk).update(duration_ms=1000)
    bring_back(tracks[0], at)
    services.settle_track(track_id=tracks[0].pk)
    assert numbers(playlist) == (5, 15_000)


def test_a_track_whose_length_is_not_known_yet_counts_for_nothing(owner, make_playlist, track_of):
    assert numbers(make_playlist(owner, track_of(owner, duration_ms=None))) == (1, 0)


def test_many_playlists_are_corrected_piece_by_piece(owner, tracks, make_playlist, at):
    playlists = [make_playlist(owner, *tracks) for _ in range(5)]
    trash(tracks[0], at)
    after_id, told = 0, []
    for _ in range(3):
        with emitted() as events:
            services.settle_track(track_id=tracks[0].pk, after_id=after_id, batch=2)
        told += [event.after_id for event in events if isinstance(event, TrackMiscounted)]
        after_id = told[-1]
    assert len(told) == 2
    assert_counted(*playlists)


def test_a_suspension_takes_all_tracks_out_of_the_numbers(owner, stranger, tracks, track_of, make_playlist, at):
    playlist = make_playlist(stranger, *tracks, track_of(stranger, duration_ms=7))
    suspend_user(user=owner, reason="spam", at=at)
    with emitted() as events:
        assert tasks.settle_tracks_of(user_id=owner.pk) == 5
    miscounted = [event.track_id for event in events if isinstance(event, TrackMiscounted)]
    assert set(miscounted) == {track.pk for track in tracks}
    for track_id in miscounted:
        services.settle_track(track_id=track_id)
    assert numbers(playlist) == (1, 7)
    lift_suspension(user=owner, at=at)
    for track in tracks:
        services.settle_track(track_id=track.pk)
    assert_counted(playlist)


def test_the_tracks_of_a_person_are_gone_through_piece_by_piece(owner, tracks, playlist):
    with emitted() as events:
        assert services.settle_tracks_of(user_id=owner.pk, batch=2) == 2
    assert TracksOfMiscounted(user_id=owner.pk, after_id=tracks[1].pk) in events


def test_what_is_gone_for_good_leaves_the_playlist(owner, tracks, make_playlist, at):
    playlists = [make_playlist(owner, *tracks) for _ in range(3)]
    purge_track(track_id=tracks[0].pk, reason="test", at=at)
    with emitted() as events:
        assert services.drop_orphans(batch=2) == 2
    assert ItemsOrphaned() in events
    assert tasks.drop_orphans() == 1
    assert tasks.drop_orphans() == 0
    assert [numbers(playlist) for playlist in playlists] == [(4, 14_000)] * 3
    assert not PlaylistItem.objects.filter(track=None).exists()


def test_what_was_trashed_before_it_went_for_good_is_counted_once(playlist, tracks, at):
    trash(tracks[0], at)
    services.settle_track(track_id=tracks[0].pk)
    purge_track(track_id=tracks[0].pk, reason="test", at=at)
    services.drop_orphans()
    assert numbers(playlist) == (4, 14_000)


def test_sums_join_moves_of_one_playlist():
    assert counting.sums([(1, 1, 5), (2, -1, -5), (1, -1, 2)]) == {1: (0, 7), 2: (-1, -5)}


def test_marks_are_counted_on_the_card(playlist, make_playlist, owner):
    other = make_playlist(owner)
    counts.add_likes(playlist_ids=[playlist.pk, other.pk], n=2)
    counts.add_reposts(playlist_ids=[playlist.pk], n=1)
    playlist.counts.refresh_from_db()
    assert (playlist.counts.likes, playlist.counts.reposts) == (2, 1)
