"""Services that meet: real threads, real locks, every pair. No deadlock, nothing lost, the numbers right."""

from functools import partial
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import race, wait_for_a_waiter
from playlists import services
from playlists.models import Playlist
from playlists.services import counts, filling
from playlists.tests.conftest import add_track, assert_counted, ids, order_of
from playlists.tests.pairs import MOVES, assert_pair_ends, assert_right, strays
from social import services as social
from tracks.models import Track
from tracks.services import trash_track, update_track

pytestmark = pytest.mark.django_db(transaction=True)

ADD, REMOVE, ORDER, MOVE, HIDE, TRASH, RESTORE, PUT_AWAY, LINK, PURGE, COUNT, TRASH_TRACK, PURGE_TRACK = range(MOVES)
# Those that undo each other, or that take the same locks from different ends; the long proof takes all there are.
OPPOSITES = (
    *((ADD, other) for other in (ADD, REMOVE, ORDER, TRASH, PURGE, COUNT, TRASH_TRACK, PURGE_TRACK)),
    *((REMOVE, other) for other in (REMOVE, ORDER, MOVE, COUNT, PURGE, PURGE_TRACK)),
    *((ORDER, other) for other in (ORDER, MOVE, PURGE, COUNT, PURGE_TRACK)),
    *((HIDE, other) for other in (TRASH, RESTORE, PUT_AWAY, PURGE)),
    (TRASH, RESTORE),
    (PUT_AWAY, TRASH),
    *((COUNT, other) for other in (PURGE, TRASH_TRACK, PURGE_TRACK)),
    (PURGE, PURGE_TRACK),
    (LINK, LINK),
)


@pytest.mark.parametrize("pair", OPPOSITES)
def test_a_pair_ends(owner, patient_locks, pair):
    assert_pair_ends(pair, owner=owner)


def test_twenty_at_once_lose_nothing(owner, patient_locks):
    at = timezone.now()
    tracks, new = [add_track(owner, at=at) for _ in range(8)], [add_track(owner, at=at) for _ in range(5)]
    playlist = services.create_playlist(owner=owner, details={"title": "x"}, track_ids=ids(tracks), at=at)
    by = {"playlist": playlist, "by": owner, "at": at}
    moves = [partial(services.add_track, **by, track_id=track.pk, position=0) for track in new]
    moves += [partial(services.remove_track, **by, track_id=track.pk) for track in tracks[:5]]
    moves += [partial(services.set_order, **by, track_ids=ids(tracks[::-1])) for _ in range(5)]
    moves += [
        partial(services.move_item, **by, track_id=tracks[n].pk, anchor_id=tracks[7].pk, after=True)
        for n in range(2, 7)
    ]
    results = race(*moves)
    assert strays(results) == []
    assert set(order_of(playlist)) == set(ids([*tracks[5:], *new]))
    assert len(order_of(playlist)) == 8
    assert_counted(playlist)


def test_two_orders_at_once_end_in_one_of_them(owner, patient_locks):
    at = timezone.now()
    tracks = [add_track(owner, at=at) for _ in range(6)]
    playlist = services.create_playlist(owner=owner, details={"title": "x"}, track_ids=ids(tracks), at=at)
    wishes = [ids(tracks[::-1]), ids([*tracks[3:], *tracks[:3]])]
    race(*(partial(services.set_order, playlist=playlist, track_ids=wish, by=owner, at=at) for wish in wishes))
    assert order_of(playlist) in wishes


def test_the_last_place_goes_to_one(owner, patient_locks, monkeypatch):
    at = timezone.now()
    monkeypatch.setattr(filling, "MOST_TRACKS", 3)
    tracks = [add_track(owner, at=at) for _ in range(6)]
    playlist = services.create_playlist(owner=owner, details={"title": "x"}, track_ids=ids(tracks[:2]), at=at)
    by = {"playlist": playlist, "by": owner, "at": at, "position": None}
    results = race(*(partial(services.add_track, **by, track_id=track.pk) for track in tracks[2:]))
    assert sum(isinstance(result, services.PlaylistFull) for result in results) == 3
    assert len(order_of(playlist)) == 3


def test_who_adds_a_track_that_is_going_private_waits_and_sees_it(owner, stranger):
    at, is_held = timezone.now(), Event()
    track = add_track(owner, at=at)
    playlist = services.create_playlist(owner=stranger, details={"title": "x"}, at=at)

    @transaction.atomic
    def privatise():
        update_track(track=track, changes={"visibility": "private"}, at=at)
        is_held.set()
        wait_for_a_waiter()

    def add():
        is_held.wait(timeout=60)
        services.add_track(playlist=playlist, track_id=track.pk, position=None, by=stranger, at=at)

    assert [type(result) for result in race(privatise, add)] == [type(None), Track.DoesNotExist]
    assert_right()


def test_who_makes_a_track_private_waits_for_who_adds_it_and_the_numbers_follow(owner, stranger):
    at, is_held = timezone.now(), Event()
    track = add_track(owner, at=at)
    playlist = services.create_playlist(owner=stranger, details={"title": "x"}, at=at)

    @transaction.atomic
    def add():
        services.add_track(playlist=playlist, track_id=track.pk, position=None, by=stranger, at=at)
        is_held.set()
        wait_for_a_waiter()

    def privatise():
        is_held.wait(timeout=60)
        update_track(track=track, changes={"visibility": "private"}, at=at)
        services.settle_track(track_id=track.pk)

    assert strays(race(add, privatise)) == []
    assert order_of(playlist) == [track.pk]
    assert_counted(playlist)


def test_a_suspension_and_who_adds_what_is_the_suspended_ones(owner, stranger, patient_locks):
    at = timezone.now()
    tracks = [add_track(owner, at=at) for _ in range(4)]
    playlist = services.create_playlist(owner=stranger, details={"title": "x"}, at=at)
    by = {"playlist": playlist, "by": stranger, "at": at, "position": None}

    def suspend():
        suspend_user(user=owner, reason="spam", at=at)
        services.settle_tracks_of(user_id=owner.pk)
        for track in tracks:
            services.settle_track(track_id=track.pk)

    assert strays(race(suspend, *(partial(services.add_track, **by, track_id=track.pk) for track in tracks))) == []
    assert_counted(playlist)
    lift_suspension(user=owner, at=at)
    assert_right()


def test_corrections_and_marks_meet(owner, patient_locks):
    at = timezone.now()
    tracks = [add_track(owner, at=at) for _ in range(3)]
    playlists = [
        services.create_playlist(owner=owner, details={"title": "x"}, track_ids=ids(tracks[::step]), at=at)
        for step in (1, -1, 1, -1)
    ]
    for track in tracks:
        trash_track(track=track, at=at)
    pks = [playlist.pk for playlist in playlists]
    settles = [partial(services.settle_track, track_id=track.pk) for track in tracks]
    likes = [partial(add_likes, pks), partial(add_likes, pks[::-1])]
    assert strays(race(*settles, *likes, *settles)) == []
    assert_right()
    assert [playlist.counts.likes for playlist in Playlist.objects.select_related("counts")] == [2] * 4


@transaction.atomic
def add_likes(pks) -> None:
    counts.add_likes(playlist_ids=pks, n=1)


def test_a_member_who_is_shown_out_while_they_order(owner, stranger, patient_locks):
    at = timezone.now()
    space = social.create_space(owner=owner, name="Small hours", at=at)
    asked = social.invite_person(space=space, by=owner, person=stranger, role="editor", at=at)
    social.accept_invitation(word=str(asked.pk), user=stranger, at=at)
    tracks = [add_track(owner, at=at, space=space) for _ in range(3)]
    details = {"title": "x", "space_id": space.pk}
    playlist = services.create_playlist(owner=stranger, details=details, track_ids=ids(tracks), at=at)
    by = {"playlist": playlist, "by": stranger, "at": at}
    results = race(
        partial(social.remove_member, space=space, by=owner, person=stranger, at=at),
        partial(services.set_order, **by, track_ids=ids(tracks[::-1])),
        partial(services.add_track, **by, track_id=add_track(owner, at=at, space=space).pk, position=0),
        partial(services.update_playlist, **by, changes={"visibility": "private"}),
    )
    assert strays(results) == []
    assert Playlist.objects.get().owner == owner
    assert_right()
