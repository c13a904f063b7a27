"""Counts count comments of people in good standing. When somebody comes into it or out of it, the counts follow."""

from django.db import transaction

from config.lib.events import emit
from engagement.comments.events import CommentsMiscounted
from engagement.comments.models import Comment
from engagement.comments.services.locking import hold_author, hold_tracks, recount

BATCH = 1000


@transaction.atomic
def settle_comments(*, user_id: int, batch: int = BATCH) -> int:
    """Correct the counts that a person's new standing has made wrong, of at most `batch` comments; how many they were.

    What is left is announced by an event, so that no transaction is long and whatever is interrupted goes on.
    """
    hold_author(user_id)
    theirs = Comment.objects.filter(author_id=user_id)
    wrong = list(theirs.miscounted().order_by("pk").values_list("pk", "track_id")[:batch])
    hold_tracks({track_id for _, track_id in wrong})
    # Looked at again, now that nobody else changes them.
    still = list(theirs.miscounted().filter(pk__in=[pk for pk, _ in wrong]))
    for comment in still:
        comment.is_counted = not comment.is_counted
        comment.save(update_fields=["is_counted"])
        recount(comment, n=1 if comment.is_counted else -1)
    if theirs.miscounted().exists():
        emit(CommentsMiscounted(user_id=user_id))
    return len(still)
