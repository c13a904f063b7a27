"""What is held of a person's comments, and of their name in those of others."""

from django.utils import timezone

from config.lib.privacy import Table
from engagement.comments.models import Comment, CommentMention, CommentVersion
from engagement.comments.services import erase_comments, erase_comments_on

TABLES = (
    Table(
        name="engagement/comments",
        model=Comment,
        of="author_id",
        columns=("id", "track", "parent", "body", "timestamp_ms", "created_at", "edited_at", "deleted_at"),
        about="What was said to tracks. `parent` is the id of the comment that it answers.",
    ),
    Table(
        name="engagement/comment-versions",
        model=CommentVersion,
        of="comment__author_id",
        columns=("comment", "body", "replaced_at"),
        about="What comments said before they were edited.",
    ),
    Table(
        name="engagement/comment-mentions",
        model=CommentMention,
        of="person_id",
        columns=("comment",),
        about="The ids of the comments in which the account was named.",
    ),
)


def erase(user_id: int) -> None:
    """Forget all of it, and what others have said to the person's tracks, which go. Twice is once."""
    erase_comments_on(owner_id=user_id)
    erase_comments(user_id=user_id, at=timezone.now())
