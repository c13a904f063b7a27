"""Counts count people in good standing, whichever way they came into it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted
from social import services
from social.events import FollowsMiscounted
from social.models import Follow

pytestmark = pytest.mark.django_db


def test_a_suspended_persons_follows_count_no_longer_and_then_again(owner, fan, stranger, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    services.follow_user(follower=fan, followed=stranger, at=at)
    services.follow_user(follower=stranger, followed=fan, at=at)
    suspend_user(user=fan, reason="spam", at=at)
    assert services.settle_follows(user_id=fan.pk) == 3
    assert [counts(person) for person in (owner, fan, stranger)] == [(0, 0), (0, 0), (0, 0)]
    assert services.settle_follows(user_id=fan.pk) == 0
    lift_suspension(user=fan, at=at)
    assert services.settle_follows(user_id=fan.pk) == 3
    assert [counts(person) for person in (owner, fan, stranger)] == [(1, 0), (1, 2), (1, 1)]


def test_a_follow_between_two_suspended_people_counts_again_when_both_are_back(owner, fan, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    for person in (fan, owner):
        suspend_user(user=person, reason="spam", at=at)
        services.settle_follows(user_id=person.pk)
    lift_suspension(user=fan, at=at)
    assert services.settle_follows(user_id=fan.pk) == 0
    assert counts(owner) == (0, 0)
    lift_suspension(user=owner, at=at)
    assert services.settle_follows(user_id=owner.pk) == 1
    assert (counts(owner), counts(fan)) == ((1, 0), (0, 1))


def test_what_was_not_counted_is_not_counted_down(owner, fan, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    suspend_user(user=owner, reason="spam", at=at)
    services.settle_follows(user_id=owner.pk)
    services.unfollow_user(follower=fan, followed=owner)
    assert (counts(owner), counts(fan), Follow.objects.count()) == ((0, 0), (0, 0), 0)


def test_a_long_work_is_done_in_parts_of_which_each_announces_the_next(owner, make_user, at, counts):
    for n in "abc":
        services.follow_user(follower=make_user(f"fan-{n}"), followed=owner, at=at)
    suspend_user(user=owner, reason="spam", at=at)
    with emitted() as events:
        assert services.settle_follows(user_id=owner.pk, batch=2) == 2
    assert (events, counts(owner)) == ([FollowsMiscounted(user_id=owner.pk)], (1, 0))
    with emitted() as events:
        assert services.settle_follows(user_id=owner.pk, batch=2) == 1
    assert (events, counts(owner)) == ([], (0, 0))


def test_whatever_is_counted_wrongly_the_counts_are_held_in_one_go(owner, fan, stranger, at, counts):
    """One after the other, the second ones could be of lower ids: two who do that wait for each other in a circle."""
    services.follow_user(follower=owner, followed=fan, at=at)
    services.follow_user(follower=stranger, followed=owner, at=at)
    suspend_user(user=stranger, reason="spam", at=at)
    services.settle_follows(user_id=stranger.pk)
    lift_suspension(user=stranger, at=at)
    suspend_user(user=fan, reason="spam", at=at)
    with CaptureQueriesContext(connection) as context:
        assert services.settle_follows(user_id=owner.pk) == 2
    held = [query["sql"] for query in context if "FOR NO KEY UPDATE" in query["sql"]]
    assert (len(held), counts(owner)) == (1, (1, 0))
