from datetime import datetime

from django.db import transaction

from config.lib.errors import DomainError
from config.lib.events import emit
from engagement.comments.events import CommentPinned, CommentUnpinned
from engagement.comments.models import Comment
from engagement.comments.services.locking import facts_of, hold_comment


class PinNeedsThread(DomainError):
    code = "pin_needs_thread"
    title = "A reply stays in its thread; pin the comment that it hangs on."


@transaction.atomic
def pin_comment(*, comment: Comment, at: datetime) -> None:
    """Let it be seen first, in the place of the one that was. Twice is once.

    Raises PinNeedsThread, and Comment.DoesNotExist for a deleted one.
    """
    comment = hold_comment(comment.pk)
    if comment.deleted_at:
        raise Comment.DoesNotExist
    if comment.parent_id is not None:
        raise PinNeedsThread
    if comment.pinned_at:
        return
    for pinned in Comment.objects.filter(track=comment.track, pinned_at__isnull=False).select_related("track"):
        take_down(pinned)
    comment.pinned_at = at
    comment.save(update_fields=["pinned_at"])
    emit(CommentPinned(**facts_of(comment)))


@transaction.atomic
def unpin_comment(*, comment: Comment) -> None:
    """Let it take its place among the others. Twice is once. Raises Comment.DoesNotExist for one whose row is gone."""
    comment = hold_comment(comment.pk)
    if comment.pinned_at:
        take_down(comment)


def take_down(comment: Comment) -> None:
    """The caller holds the track."""
    comment.pinned_at = None
    comment.save(update_fields=["pinned_at"])
    emit(CommentUnpinned(**facts_of(comment)))
