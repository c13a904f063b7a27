from typing import Any

from engagement.comments.models import Comment
from tracks.policies import can_edit_track


def can_edit_comment(user: Any, comment: Comment) -> bool:
    """Change its words: who wrote it."""
    return bool(user.is_authenticated and comment.author_id == user.pk)


def can_delete_comment(user: Any, comment: Comment) -> bool:
    """Who wrote it, and whoever may edit the track."""
    return can_edit_comment(user, comment) or can_edit_track(user, comment.track)


def can_pin_comment(user: Any, comment: Comment) -> bool:
    """Whoever may edit the track."""
    return can_edit_track(user, comment.track)
