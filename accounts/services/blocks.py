"""Who has nothing to do with whom. What else a block undoes is for its caller: see `social.services.block_user`."""

from datetime import datetime

from django.db import transaction

from accounts.events import BlockLifted, UserBlocked
from accounts.models import Block
from config.lib.events import emit


@transaction.atomic
def add_block(*, blocker_id: int, blocked_id: int, at: datetime) -> bool:
    """Let neither of the two see the other from now on. False, and nothing emitted, where the block stood already."""
    _, is_new = Block.objects.get_or_create(blocker_id=blocker_id, blocked_id=blocked_id, defaults={"created_at": at})
    if is_new:
        emit(UserBlocked(blocker_id=blocker_id, blocked_id=blocked_id))
    return is_new


@transaction.atomic
def remove_block(*, blocker_id: int, blocked_id: int) -> bool:
    """Lift one's own block; the other's, if there is one, stays. False where there was none."""
    gone, _ = Block.objects.filter(blocker_id=blocker_id, blocked_id=blocked_id).delete()
    if gone:
        emit(BlockLifted(blocker_id=blocker_id, blocked_id=blocked_id))
    return bool(gone)
