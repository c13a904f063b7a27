"""Two, or a hundred, at the same moment. Real threads, real transactions."""

import random
from functools import partial

import pytest

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted, race
from engagement import services
from engagement.events import TrackLiked, TrackReposted
from engagement.models import PostLike, TrackLike, TrackRepost
from engagement.tests.conftest import (
    like_post,
    like_track,
    likes_of,
    repost,
    unlike_post,
    unlike_track,
    unrepost,
)
from social.models import Activity
from tracks.models import Track
from tracks.services import purge_track, trash_track

pytestmark = pytest.mark.django_db(transaction=True)


def assert_counts_are_exact(track, counts) -> None:
    counted = [model.objects.filter(track=track, is_counted=True).count() for model in (TrackLike, TrackRepost)]
    assert counts(track) == tuple(counted)


def test_a_crowd_that_likes_one_is_counted_to_the_last(track, make_user, at, counts, patient_locks):
    crowd = [make_user(f"fan-{n}") for n in range(40)]
    with emitted() as events:
        assert race(*[partial(like_track, fan, track, at=at) for fan in crowd]) == [None] * 40
    assert (counts(track), TrackLike.objects.count()) == ((40, 0), 40)
    assert len([event for event in events if isinstance(event, TrackLiked)]) == 40


def test_fifty_taps_are_one_like_and_one_event(fan, track, post, at, counts, patient_locks):
    with emitted() as events:
        assert race(*[partial(like_track, fan, track, at=at)] * 50) == [None] * 50
    assert (counts(track), TrackLike.objects.count(), len(events)) == ((1, 0), 1, 1)
    assert race(*[partial(like_post, fan, post, at=at)] * 20) == [None] * 20
    assert (likes_of(post), PostLike.objects.count()) == (1, 1)


def test_fifty_reposts_are_one_in_every_row(fan, track, at, counts, patient_locks):
    with emitted() as events:
        assert race(*[partial(repost, fan, track, at=at)] * 50) == [None] * 50
    assert (counts(track), TrackRepost.objects.count()) == ((0, 1), 1)
    assert [type(event) for event in events] == [TrackReposted]
    assert Activity.objects.filter(actor=fan).count() == 1


def test_a_storm_of_likes_and_reposts_ends_with_counts_that_are_rows(
    owner, track, post, make_user, at, counts, patient_locks
):
    crowd = [owner, *(make_user(f"fan-{n}") for n in range(9))]
    dice = random.Random(7)  # noqa: S311 -- a storm, not a secret

    def toggle(person) -> None:
        for wish in dice.choices(range(6), k=12):
            [
                partial(like_track, person, track, at=at),
                partial(unlike_track, person, track),
                partial(repost, person, track, at=at),
                partial(unrepost, person, track),
                partial(like_post, person, post, at=at),
                partial(unlike_post, person, post),
            ][wish]()

    assert race(*[partial(toggle, person) for person in crowd * 2]) == [None] * 20
    assert_counts_are_exact(track, counts)
    assert likes_of(post) == PostLike.objects.count()
    assert Activity.objects.filter(verb="repost").count() == TrackRepost.objects.count()


def test_likes_made_while_somebody_is_suspended_are_settled(owner, fan, make_ready, at, counts, patient_locks):
    tracks = [make_ready(owner, title=f"Tide {letter}") for letter in "abcd"]
    for change in (partial(suspend_user, user=fan, reason="spam", at=at), partial(lift_suspension, user=fan, at=at)):
        settle = partial(services.settle_marks, user_id=fan.pk)
        race(*[partial(like_track, fan, track, at=at) for track in tracks], change, settle)
        services.settle_marks(user_id=fan.pk)
        for track in tracks:
            assert_counts_are_exact(track, counts)
        stands = change.func is lift_suspension
        assert not TrackLike.objects.exclude(is_counted=stands).exists()


def test_two_who_are_settled_at_once_never_wait_in_a_circle(owner, make_user, make_ready, at, counts, patient_locks):
    tracks = [make_ready(owner, title=f"Tide {letter}") for letter in "abcd"]
    crowd = [make_user(f"fan-{n}") for n in range(4)]
    for fan in crowd:
        for track in random.Random(fan.pk).sample(tracks, k=4):  # noqa: S311 -- an order, not a secret
            like_track(fan, track, at=at)
    for change in (partial(suspend_user, reason="spam"), lift_suspension):
        for fan in crowd:
            change(user=fan, at=at)
        assert race(*[partial(services.settle_marks, user_id=fan.pk) for fan in crowd]) == [4] * 4
        for track in tracks:
            assert_counts_are_exact(track, counts)


def test_what_is_purged_while_it_is_unliked_and_settled_waits_for_nobody_in_a_circle(
    owner, make_user, make_ready, at, patient_locks
):
    for number in range(6):
        track = make_ready(owner, title=f"Tide {number}")
        crowd = [make_user(f"fan-{number}-{n}") for n in range(4)]
        for fan in crowd:
            like_track(fan, track, at=at)
        suspend_user(user=crowd[0], reason="spam", at=at)
        trash_track(track=track, at=at)
        moves = [partial(unlike_track, fan, track) for fan in crowd[1:]]
        settle = partial(services.settle_marks, user_id=crowd[0].pk)
        answers = race(partial(purge_track, track_id=track.pk, reason="test", at=at), settle, *moves)
        assert [
            answer for answer in answers[2:] if not (answer is None or isinstance(answer, Track.DoesNotExist))
        ] == []
        assert (answers[0], TrackLike.objects.filter(track_id=track.pk).exists()) == (True, False)
        assert answers[1] in {0, 1}
