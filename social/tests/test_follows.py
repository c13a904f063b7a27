import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services import suspend_user
from config.lib.testing import emitted
from social import services
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed
from social.models import Follow

pytestmark = pytest.mark.django_db


def test_a_follow_is_counted_on_both_profiles_and_told(owner, fan, at, counts):
    with emitted() as events:
        services.follow_user(follower=fan, followed=owner, at=at)
    assert (counts(owner), counts(fan)) == ((1, 0), (0, 1))
    assert events == [
        UserFollowed(follower_id=fan.pk, followed_id=owner.pk),
        RelationshipChanged(user_id=fan.pk, other_id=owner.pk),
    ]


def test_following_twice_is_following_once(owner, fan, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    with emitted() as events:
        services.follow_user(follower=fan, followed=owner, at=at)
    assert (counts(owner), counts(fan), events) == ((1, 0), (0, 1), [])


def test_unfollowing_undoes_it_and_twice_is_once(owner, fan, at, counts):
    services.follow_user(follower=fan, followed=owner, at=at)
    with emitted() as events:
        services.unfollow_user(follower=fan, followed=owner)
        services.unfollow_user(follower=fan, followed=owner)
    assert (counts(owner), counts(fan)) == ((0, 0), (0, 0))
    assert events == [
        UserUnfollowed(follower_id=fan.pk, followed_id=owner.pk),
        RelationshipChanged(user_id=fan.pk, other_id=owner.pk),
    ]


def test_nobody_follows_themselves(owner, at):
    with pytest.raises(services.SelfReference):
        services.follow_user(follower=owner, followed=owner, at=at)
    with pytest.raises(IntegrityError, match="no_self_follow"), transaction.atomic():
        Follow.objects.create(follower=owner, followed=owner, created_at=at)


@pytest.mark.parametrize("who_blocks", ["owner", "fan"])
def test_nobody_follows_somebody_from_whom_a_block_parts_them(owner, fan, at, counts, who_blocks):
    blocker, blocked = (owner, fan) if who_blocks == "owner" else (fan, owner)
    services.block_user(blocker=blocker, blocked=blocked, at=at)
    with pytest.raises(User.DoesNotExist), emitted() as events:
        services.follow_user(follower=fan, followed=owner, at=at)
    assert (counts(owner), events) == ((0, 0), [])


def test_nobody_follows_somebody_who_is_suspended(owner, fan, at):
    suspend_user(user=owner, reason="spam", at=at)
    with pytest.raises(User.DoesNotExist):
        services.follow_user(follower=fan, followed=owner, at=at)


def test_what_is_rolled_back_has_not_happened(owner, fan, at, counts):
    with emitted() as events, transaction.atomic():
        services.follow_user(follower=fan, followed=owner, at=at)
        transaction.set_rollback(True)
    assert (counts(owner), counts(fan), events) == ((0, 0), (0, 0), [])
