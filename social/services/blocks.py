from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import add_block, remove_block
from config.lib.events import emit
from social.events import RelationshipChanged
from social.services.follows import drop_follow, lock_pair


@transaction.atomic
def block_user(*, blocker: User, blocked: User, at: datetime) -> None:
    """Let neither of the two see the other from now on, and end what follows there were. Twice is once.

    The blocked person is told nothing. Raises SelfReference.
    """
    lock_pair(blocker, blocked)
    if not add_block(blocker_id=blocker.pk, blocked_id=blocked.pk, at=at):
        return
    drop_follow(follower_id=blocker.pk, followed_id=blocked.pk)
    drop_follow(follower_id=blocked.pk, followed_id=blocker.pk)
    emit(RelationshipChanged(user_id=blocker.pk, other_id=blocked.pk))


@transaction.atomic
def unblock_user(*, blocker: User, blocked: User) -> None:
    """Take one's block back; the follows that it ended stay ended. Twice is once. Raises SelfReference."""
    lock_pair(blocker, blocked)
    if remove_block(blocker_id=blocker.pk, blocked_id=blocked.pk):
        emit(RelationshipChanged(user_id=blocker.pk, other_id=blocked.pk))
