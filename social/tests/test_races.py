"""Two, or a hundred, at the same moment. Real threads, real transactions."""

from functools import partial

import pytest

from accounts.models import Block, User, UserCounts
from accounts.services import suspend_user
from config.lib.testing import race
from social import services
from social.models import Follow

pytestmark = pytest.mark.django_db(transaction=True)


def assert_counts_are_exact() -> None:
    counted = Follow.objects.filter(is_counted=True)
    for row in UserCounts.objects.all():
        assert row.followers == counted.filter(followed_id=row.pk).count(), row
        assert row.followings == counted.filter(follower_id=row.pk).count(), row


def follow(follower, followed, at):
    return partial(services.follow_user, follower=follower, followed=followed, at=at)


def unfollow(follower, followed):
    return partial(services.unfollow_user, follower=follower, followed=followed)


def test_a_crowd_that_follows_one_is_counted_to_the_last(owner, make_user, at, counts, patient_locks):
    crowd = [make_user(f"fan-{n}") for n in range(40)]
    assert race(*[follow(fan, owner, at) for fan in crowd]) == [None] * 40
    assert (counts(owner), Follow.objects.count()) == ((40, 0), 40)


def test_fifty_taps_are_one_follow(owner, fan, at, counts, patient_locks):
    assert race(*[follow(fan, owner, at)] * 50) == [None] * 50
    assert (counts(owner), counts(fan), Follow.objects.count()) == ((1, 0), (0, 1), 1)


def test_two_who_follow_and_leave_each_other_at_once_never_wait_in_a_circle(owner, fan, at, patient_locks):
    moves = [follow(owner, fan, at), follow(fan, owner, at), unfollow(owner, fan), unfollow(fan, owner)]
    for _ in range(15):
        assert race(*moves * 2) == [None] * 8
        assert_counts_are_exact()


def test_a_follow_and_a_block_at_once_leave_no_follow(owner, fan, at, patient_locks):
    for _ in range(20):
        block = partial(services.block_user, blocker=owner, blocked=fan, at=at)
        refused, done = race(follow(fan, owner, at), block)
        assert done is None
        assert refused is None or isinstance(refused, User.DoesNotExist)
        assert (Follow.objects.count(), Block.objects.count()) == (0, 1)
        assert_counts_are_exact()
        services.unblock_user(blocker=owner, blocked=fan)


def test_two_who_block_each_other_at_once_are_parted_by_two_blocks(owner, fan, at, patient_locks):
    services.follow_user(follower=fan, followed=owner, at=at)
    moves = [
        partial(services.block_user, blocker=owner, blocked=fan, at=at),
        partial(services.block_user, blocker=fan, blocked=owner, at=at),
    ]
    assert race(*moves) == [None, None]
    assert (Block.objects.count(), Follow.objects.count()) == (2, 0)
    assert_counts_are_exact()


def test_follows_made_while_somebody_is_suspended_are_settled(owner, make_user, at, counts, patient_locks):
    crowd = [make_user(f"fan-{n}") for n in range(6)]
    suspension = partial(suspend_user, user=owner, reason="spam", at=at)
    race(*[follow(fan, owner, at) for fan in crowd], suspension, partial(services.settle_follows, user_id=owner.pk))
    services.settle_follows(user_id=owner.pk)
    assert counts(owner) == (0, 0)
    assert_counts_are_exact()
