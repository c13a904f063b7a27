"""The numbers on a card of a comment."""

from collections.abc import Collection

from django.db.models import F

from engagement.comments.models import CommentCounts


def add_replies(*, comment_id: int, n: int) -> None:
    """Move by `n` how many replies hang on the comment."""
    CommentCounts.objects.filter(comment_id=comment_id).update(replies=F("replies") + n)


def add_likes(*, comment_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people like each of these. Of several, the rows are held in the order of their ids."""
    rows = CommentCounts.objects.filter(comment_id__in=comment_ids)
    if len(comment_ids) > 1:
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows.update(likes=F("likes") + n)
