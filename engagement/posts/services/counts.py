"""The numbers on a card of a post."""

from collections.abc import Collection

from django.db.models import F

from engagement.posts.models import PostCounts


def add_likes(*, post_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people like each of these posts. Of several, the rows are held in the order of their ids."""
    rows = PostCounts.objects.filter(post_id__in=post_ids)
    if len(post_ids) > 1:
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    rows.update(likes=F("likes") + n)
