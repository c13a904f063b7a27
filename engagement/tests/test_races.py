"""Two, or a hundred, at the same moment. Real threads, real transactions."""

import random
from functools import partial

import pytest

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted, race
from engagement import services
from engagement.models import PostLike
from engagement.tests.conftest import like, likes_of, repost, unlike, unrepost
from engagement.tests.things import counts, likes_on, noun_of, reposts_on, trash
from social.models import Activity

pytestmark = pytest.mark.django_db(transaction=True)


def assert_counts_are_exact(thing) -> None:
    counted = [rows.filter(is_counted=True).count() for rows in (likes_on(thing), reposts_on(thing))]
    assert counts(thing) == tuple(counted)


def test_a_crowd_that_likes_one_is_counted_to_the_last(thing, make_user, at, patient_locks):
    crowd = [make_user(f"fan-{n}") for n in range(40)]
    with emitted() as events:
        assert race(*[partial(like, fan, thing, at=at) for fan in crowd]) == [None] * 40
    assert (counts(thing), likes_on(thing).count()) == ((40, 0), 40)
    assert len([event for event in events if isinstance(event, noun_of(thing).told[0])]) == 40


def test_fifty_taps_are_one_like_and_one_event(fan, thing, post, at, patient_locks):
    with emitted() as events:
        assert race(*[partial(like, fan, thing, at=at)] * 50) == [None] * 50
    assert (counts(thing), likes_on(thing).count(), len(events)) == ((1, 0), 1, 1)
    assert race(*[partial(like, fan, post, at=at)] * 20) == [None] * 20
    assert (likes_of(post), PostLike.objects.count()) == (1, 1)


def test_fifty_reposts_are_one_in_every_row(fan, thing, at, patient_locks):
    with emitted() as events:
        assert race(*[partial(repost, fan, thing, at=at)] * 50) == [None] * 50
    assert (counts(thing), reposts_on(thing).count()) == ((0, 1), 1)
    assert [type(event) for event in events] == [noun_of(thing).told[2]]
    assert Activity.objects.filter(actor=fan, verb="repost", kind=noun_of(thing).name).count() == 1


def test_a_storm_of_likes_and_reposts_ends_with_counts_that_are_rows(owner, thing, post, make_user, at, patient_locks):
    crowd = [owner, *(make_user(f"fan-{n}") for n in range(9))]
    dice = random.Random(7)  # noqa: S311 -- a storm, not a secret

    def toggle(person) -> None:
        for wish in dice.choices(range(6), k=12):
            [
                partial(like, person, thing, at=at),
                partial(unlike, person, thing),
                partial(repost, person, thing, at=at),
                partial(unrepost, person, thing),
                partial(like, person, post, at=at),
                partial(unlike, person, post),
            ][wish]()

    assert race(*[partial(toggle, person) for person in crowd * 2]) == [None] * 20
    assert_counts_are_exact(thing)
    assert likes_of(post) == PostLike.objects.count()
    assert Activity.objects.filter(verb="repost").count() == reposts_on(thing).count()


def test_likes_made_while_somebody_is_suspended_are_settled(owner, fan, make_thing, at, patient_locks):
    things = [make_thing(owner, title=f"Tide {letter}") for letter in "abcd"]
    for change in (partial(suspend_user, user=fan, reason="spam", at=at), partial(lift_suspension, user=fan, at=at)):
        settle = partial(services.settle_marks, user_id=fan.pk)
        race(*[partial(like, fan, thing, at=at) for thing in things], change, settle)
        services.settle_marks(user_id=fan.pk)
        for thing in things:
            assert_counts_are_exact(thing)
        stands = change.func is lift_suspension
        assert not any(likes_on(thing).exclude(is_counted=stands).exists() for thing in things)


def test_two_who_are_settled_at_once_never_wait_in_a_circle(owner, make_user, make_thing, at, patient_locks):
    things = [make_thing(owner, title=f"Tide {letter}") for letter in "abcd"]
    crowd = [make_user(f"fan-{n}") for n in range(4)]
    for fan in crowd:
        for thing in random.Random(fan.pk).sample(things, k=4):  # noqa: S311 -- an order, not a secret
            like(fan, thing, at=at)
    for change in (partial(suspend_user, reason="spam"), lift_suspension):
        for fan in crowd:
            change(user=fan, at=at)
        assert race(*[partial(services.settle_marks, user_id=fan.pk) for fan in crowd]) == [4] * 4
        for thing in things:
            assert_counts_are_exact(thing)


def test_what_is_purged_while_it_is_unliked_and_settled_waits_for_nobody_in_a_circle(
    owner, make_user, make_thing, at, patient_locks
):
    for number in range(6):
        thing = make_thing(owner, title=f"Tide {number}")
        crowd = [make_user(f"fan-{number}-{n}") for n in range(4)]
        for fan in crowd:
            like(fan, thing, at=at)
        suspend_user(user=crowd[0], reason="spam", at=at)
        trash(thing, at=at)
        moves = [partial(unlike, fan, thing) for fan in crowd[1:]]
        settle = partial(services.settle_marks, user_id=crowd[0].pk)
        answers = race(partial(noun_of(thing).purge, thing, at), settle, *moves)
        assert [
            answer for answer in answers[2:] if not (answer is None or isinstance(answer, type(thing).DoesNotExist))
        ] == []
        assert (answers[0], likes_on(thing).exists()) == (True, False)
        assert answers[1] in {0, 1}
