from typing import Any

from engagement.posts.models import Post


def can_edit_post(user: Any, post: Post) -> bool:
    """Say it otherwise, or throw it away: whoever wrote it."""
    return bool(user.is_authenticated and post.author_id == user.pk)
