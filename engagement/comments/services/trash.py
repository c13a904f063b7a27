"""Deleted comments: back as they were, or gone for good."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.querysets import in_good_standing
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from engagement.comments.events import CommentRestored
from engagement.comments.models import Comment, CommentCounts
from engagement.comments.services.brakes import HOUR, wait_for_room
from engagement.comments.services.erasing import empty
from engagement.comments.services.locking import facts_of, hold_author, hold_comment, hold_tracks, recount
from engagement.models import CommentLike


class CommentPlaceClosed(DomainError):
    code = "comment_place_closed"
    title = "What it was said to is not open to you at present; the comment stays in the trash until it is."


class CommentJustWritten(DomainError):
    """What is deleted counts against how fast one may write; what is gone would not."""

    code = "comment_just_written"
    title = "What was written within the last hour goes for good in {retry_after_s} seconds at the earliest."


@transaction.atomic
def restore_comment(*, comment: Comment, viewer: Viewer) -> None:
    """Let a comment be read again as it was, but for its pin. Twice is once.

    Raises CommentPlaceClosed, and Comment.DoesNotExist for what the viewer may not bring back (any longer).
    """
    hold_author(comment.author_id)
    comment = hold_comment(comment.pk)
    if comment.deleted_at is None:
        return
    ensure_in_trash_of(viewer, comment)
    stands = User.objects.get_queryset().filter(in_good_standing(), pk=comment.author_id).exists()
    comment.deleted_at, comment.deleted_by, comment.is_counted = None, None, stands
    comment.save(update_fields=["deleted_at", "deleted_by", "is_counted"])
    recount(comment, n=int(stands))
    if not Comment.objects.visible_to(viewer).filter(pk=comment.pk).exists():
        raise CommentPlaceClosed  # and nothing of this has happened
    emit(CommentRestored(**facts_of(comment)))


@transaction.atomic
def purge_comment(*, comment: Comment, viewer: Viewer, at: datetime) -> None:
    """Let a deleted comment be gone for good.

    Raises CommentJustWritten, and Comment.DoesNotExist for what is not in the viewer's trash (any longer).
    """
    comment = hold_comment(comment.pk)
    ensure_in_trash_of(viewer, comment)
    if wait := wait_for_room([comment.created_at], most=1, window=HOUR, at=at):
        raise CommentJustWritten(retry_after_s=wait)
    drop([comment], at=at)


def ensure_in_trash_of(viewer: Viewer, comment: Comment) -> None:
    """Raise Comment.DoesNotExist."""
    Comment.objects.trash_of(viewer).get(pk=comment.pk)


@transaction.atomic
def purge_comments(*, comment_ids: Collection[int], before: datetime, at: datetime) -> int:
    """Let those of these comments be gone that have been in the trash since `before`; how many they were. What somebody
    holds at this moment is left to the next purge."""
    due = Comment.objects.to_purge(before=before).filter(pk__in=comment_ids)
    hold_tracks(set(due.values_list("track_id", flat=True)))
    found = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("-pk"))
    drop(found, at=at)
    return len(found)


def drop(comments: Collection[Comment], *, at: datetime) -> None:
    """Remove deleted comments, replies before what they hang on. The caller holds their tracks.

    A thread in which others have answered keeps its place, without a word, until the last answer is gone. Marks go
    first: whoever takes one back holds it before the numbers.
    """
    ids = [comment.pk for comment in comments]
    CommentLike.objects.filter(comment__in=ids).delete()
    for comment in comments:
        if Comment.objects.filter(parent=comment).exists():
            empty(comment, at=at)
            CommentCounts.objects.filter(comment=comment).update(likes=0)
            continue
        comment.delete()
        if comment.parent_id is not None and not Comment.objects.filter(parent_id=comment.parent_id).exists():
            Comment.objects.filter(pk=comment.parent_id, body="").delete()
