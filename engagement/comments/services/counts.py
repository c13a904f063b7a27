"""The numbers on a card of a comment."""

from django.db.models import F

from engagement.comments.models import CommentCounts


def add_replies(*, comment_id: int, n: int) -> None:
    """Move by `n` how many replies hang on the comment."""
    CommentCounts.objects.filter(comment_id=comment_id).update(replies=F("replies") + n)
