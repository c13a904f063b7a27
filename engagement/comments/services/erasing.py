from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from engagement.comments.models import Comment, CommentMention, CommentVersion
from engagement.comments.services.locking import hold_author, hold_tracks, recount

BATCH = 500


def erase_comments(*, user_id: int, at: datetime) -> None:
    """Forget what a person has said and where they were named, in short transactions. Twice is once."""
    while erase_some(user_id=user_id, at=at):
        pass
    CommentMention.objects.filter(person_id=user_id).delete()
    Comment.objects.filter(deleted_by_id=user_id).update(deleted_by=None)


@transaction.atomic
def erase_some(*, user_id: int, at: datetime) -> int:
    """Erase some; how many. A thread in which others have answered keeps its row, without a word."""
    hold_author(user_id)
    theirs = Comment.objects.filter(author_id=user_id).exclude(body="")
    found = list(theirs.order_by("pk").values_list("pk", "track_id")[:BATCH])
    hold_tracks({track_id for _, track_id in found})
    answered = Exists(Comment.objects.filter(parent_id=OuterRef("pk")))
    rows = Comment.objects.filter(pk__in=[pk for pk, _ in found]).annotate(is_answered=answered)
    comments = list(rows.order_by("-pk"))  # replies before what they hang on
    for comment in comments:
        recount(comment, n=-int(comment.is_counted))
        if comment.is_answered:  # type: ignore[attr-defined]  # annotated above
            empty(comment, at=at)
        else:
            comment.delete()
    return len(comments)


def erase_comments_on(*, owner_id: int) -> None:
    """Drop what was said to a person's tracks, in short transactions, before the tracks go. Twice is once."""
    while drop_some(track__owner_id=owner_id):
        pass


def erase_comments_to(*, track_id: int) -> None:
    """The same of what was said to one track."""
    while drop_some(track_id=track_id):
        pass


@transaction.atomic
def drop_some(**to: int) -> int:
    """Drop some that were said to these tracks, replies before what they hang on; how many."""
    said = Comment.objects.filter(**to)
    found = list(said.order_by("-pk").values_list("pk", "track_id")[:BATCH])
    hold_tracks({track_id for _, track_id in found})
    comments = list(said.filter(pk__in=[pk for pk, _ in found]).order_by("-pk"))
    for comment in comments:
        recount(comment, n=-int(comment.is_counted))
    Comment.objects.filter(pk__in=[comment.pk for comment in comments]).delete()
    return len(comments)


def empty(comment: Comment, *, at: datetime) -> None:
    """Leave nothing but the place."""
    CommentVersion.objects.filter(comment=comment).delete()
    CommentMention.objects.filter(comment=comment).delete()
    comment.body, comment.client_id, comment.pinned_at, comment.is_counted = "", None, None, False
    comment.deleted_at = comment.deleted_at or at
    comment.save(update_fields=["body", "client_id", "pinned_at", "is_counted", "deleted_at"])
