import pytest

from social import frames, services
from social.choices import MuteScope
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed

pytestmark = pytest.mark.django_db


def test_who_is_followed_is_told_by_whom(owner, fan):
    frame = frames.followed(UserFollowed(follower_id=fan.pk, followed_id=owner.pk))
    assert (frame["type"], frame["user"]["username"]) == ("followed", "fan")
    frame = frames.unfollowed(UserUnfollowed(follower_id=fan.pk, followed_id=owner.pk))
    assert (frame["type"], frame["user"]["username"]) == ("unfollowed", "fan")


def test_nothing_is_told_of_somebody_whom_one_does_not_see(owner, fan, at):
    services.block_user(blocker=fan, blocked=owner, at=at)
    assert frames.followed(UserFollowed(follower_id=fan.pk, followed_id=owner.pk)) is None


def test_ones_own_devices_hear_how_one_stands_to_somebody_now(owner, fan, at):
    changed = RelationshipChanged(user_id=fan.pk, other_id=owner.pk)
    stands = {"following": False, "followed_by": False, "blocking": False, "muting": False, "muting_reposts": False}
    assert frames.relationship(changed) == {"type": "relationship", "user_id": owner.pk, **stands}
    services.follow_user(follower=fan, followed=owner, at=at)
    services.follow_user(follower=owner, followed=fan, at=at)
    services.mute_user(muter=fan, muted=owner, scope=MuteScope.REPOSTS, at=at)
    stands |= {"following": True, "followed_by": True, "muting_reposts": True}
    assert frames.relationship(changed) == {"type": "relationship", "user_id": owner.pk, **stands}
    services.mute_user(muter=fan, muted=owner, scope=MuteScope.EVERYTHING, at=at)
    services.block_user(blocker=fan, blocked=owner, at=at)
    stands |= {"following": False, "followed_by": False, "muting": True, "blocking": True}
    assert frames.relationship(changed) == {"type": "relationship", "user_id": owner.pk, **stands}


def test_ones_own_devices_hear_nothing_of_whom_one_can_no_longer_see(owner, fan, at):
    changed = RelationshipChanged(user_id=fan.pk, other_id=owner.pk)
    services.block_user(blocker=owner, blocked=fan, at=at)
    assert frames.relationship(changed) is None
    assert frames.relationship(RelationshipChanged(user_id=owner.pk, other_id=fan.pk))["blocking"] is True
