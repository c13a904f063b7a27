from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import add_followers, add_followings, lock_counts
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed
from social.models import Follow


class SelfReference(DomainError):
    code = "self_reference"
    title = "That is you: people follow, mute and block others."


def check_two(user: User, other: User) -> None:
    """Raise SelfReference where both are one."""
    if user.pk == other.pk:
        raise SelfReference


def lock_pair(user: User, other: User) -> None:
    """Hold what is counted of both until the transaction ends: between two people one thing happens at a time.

    Raises SelfReference where both are one.
    """
    check_two(user, other)
    lock_counts((user.pk, other.pk))


@transaction.atomic
def follow_user(*, follower: User, followed: User, at: datetime) -> None:
    """Let somebody be shown what somebody else does. Following twice changes nothing and emits nothing.

    Raises SelfReference, and User.DoesNotExist for somebody whom the follower cannot see (any longer).
    """
    lock_pair(follower, followed)
    User.objects.visible_to(Viewer(user=follower)).get(pk=followed.pk)
    _, is_new = Follow.objects.get_or_create(follower=follower, followed=followed, defaults={"created_at": at})
    if is_new:
        count_follow(follower_id=follower.pk, followed_id=followed.pk, n=1)
        emit(UserFollowed(follower_id=follower.pk, followed_id=followed.pk))
        emit(RelationshipChanged(user_id=follower.pk, other_id=followed.pk))


@transaction.atomic
def unfollow_user(*, follower: User, followed: User) -> None:
    """Undo it. Twice is once. Raises SelfReference."""
    lock_pair(follower, followed)
    if drop_follow(follower_id=follower.pk, followed_id=followed.pk):
        emit(UserUnfollowed(follower_id=follower.pk, followed_id=followed.pk))
        emit(RelationshipChanged(user_id=follower.pk, other_id=followed.pk))


def drop_follow(*, follower_id: int, followed_id: int) -> bool:
    """Delete the row, and count it no longer; False where there is none. The caller holds both people's counts."""
    follow = Follow.objects.between(follower_id=follower_id, followed_id=followed_id).first()
    if follow is None:
        return False
    follow.delete()
    if follow.is_counted:
        count_follow(follower_id=follower_id, followed_id=followed_id, n=-1)
    return True


def count_follow(*, follower_id: int, followed_id: int, n: int) -> None:
    """On both profiles."""
    add_followings(user_ids=[follower_id], n=n)
    add_followers(user_ids=[followed_id], n=n)
