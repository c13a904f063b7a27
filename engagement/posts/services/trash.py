"""Posts in the trash: back as they were, or gone for good."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from config.lib.errors import DomainError
from config.lib.events import emit
from engagement.models import PostLike
from engagement.posts.events import PostRestored
from engagement.posts.models import Post
from engagement.posts.services.brakes import APART, seconds_until
from social.choices import Kind
from social.services import forget_object


class PostJustWritten(DomainError):
    """What is in the trash counts against how fast one may write; what is gone would not."""

    code = "post_just_written"
    title = "What was written within the last hour goes for good in {retry_after_s} seconds at the earliest."


@transaction.atomic
def restore_post(*, post: Post) -> Post:
    """Bring a post back as it was: likes, mentions and its place in feeds have stayed. Twice is once.

    Raises Post.DoesNotExist for one that is gone.
    """
    post = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if post.deleted_at is None:
        return post
    post.deleted_at = None
    post.save(update_fields=["deleted_at"])
    emit(PostRestored(post_id=post.pk, owner_id=post.author_id))
    return post


@transaction.atomic
def purge_post(*, post: Post, at: datetime) -> None:
    """Let a post of the trash be gone for good.

    Raises PostJustWritten, and Post.DoesNotExist for one that is not in the trash (any longer).
    """
    post = Post.objects.select_for_update().get(pk=post.pk, deleted_at__isnull=False)
    if post.created_at + APART > at:
        raise PostJustWritten(retry_after_s=seconds_until(post.created_at + APART, at=at))
    drop([post.pk])


@transaction.atomic
def purge_posts(*, post_ids: Collection[int], before: datetime) -> int:
    """Let those of these posts be gone that have been in the trash since `before`; how many they were. What somebody
    holds at this moment is left to the next purge."""
    due = Post.objects.to_purge(before=before).filter(pk__in=post_ids).order_by("pk")
    found = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True))
    drop(found)
    return len(found)


def drop(post_ids: Collection[int]) -> None:
    """Remove posts that are held, with what others did with them. Marks go first: whoever takes one back holds it
    before the numbers."""
    PostLike.objects.filter(post__in=post_ids).delete()
    for post_id in post_ids:
        forget_object(kind=Kind.POST, object_id=post_id)
    Post.objects.filter(pk__in=post_ids).delete()
