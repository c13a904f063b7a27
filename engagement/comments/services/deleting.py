from datetime import datetime

from django.db import transaction

from accounts.models import User
from config.lib.events import emit
from engagement.comments.events import CommentDeleted
from engagement.comments.models import Comment
from engagement.comments.services.locking import facts_of, hold_comment, recount


@transaction.atomic
def delete_comment(*, comment: Comment, by: User, at: datetime) -> None:
    """Let nobody read it any more. The row stays, with who wanted it so; what hangs on it stays too. Twice is once.

    Raises Comment.DoesNotExist for one whose row is gone.
    """
    comment = hold_comment(comment.pk)
    if comment.deleted_at:
        return
    was_counted = comment.is_counted
    comment.deleted_at, comment.deleted_by = at, by
    comment.pinned_at, comment.is_counted = None, False
    comment.save(update_fields=["deleted_at", "deleted_by", "pinned_at", "is_counted"])
    recount(comment, n=-int(was_counted))
    emit(CommentDeleted(**facts_of(comment), deleted_by_id=by.pk))
