"""What is announced live in the room of a track: an event in, the members of a frame out.

`actor_id` is the comment's author, `thread_actor_id` the one of the comment that it hangs on: whoever does not see one
of them is not told.
"""

from typing import Any

from engagement.comments.cards import comment_card
from engagement.comments.events import (
    CommentCreated,
    CommentDeleted,
    CommentEdited,
    CommentPinned,
    CommentRestored,
    CommentUnpinned,
)
from engagement.comments.models import Comment
from engagement.comments.querysets import STANDS, TOMBSTONE


def created(event: CommentCreated) -> dict[str, Any] | None:
    """Somebody has said something; nothing where it is gone already."""
    return standing(event, "comment_created", client_id=event.client_id)


def repeated(comment: Comment) -> dict[str, Any] | None:
    """To an author who sends again what has been said: the same, without a place in the log."""
    return created(
        CommentCreated(
            comment_id=comment.pk,
            track_id=comment.track_id,
            owner_id=comment.track.owner_id,
            author_id=comment.author_id,
            parent_id=comment.parent_id,
            client_id=str(comment.client_id),
        )
    )


def restored(event: CommentRestored) -> dict[str, Any] | None:
    """It is back: for whoever heard that it is gone, as if it were new."""
    return standing(event, "comment_created", client_id=None)


def updated(event: CommentEdited | CommentPinned | CommentUnpinned) -> dict[str, Any] | None:
    """It says something else, or stands elsewhere."""
    return standing(event, "comment_updated")


def deleted(event: CommentDeleted) -> dict[str, Any]:
    """It is gone. `comment`: what is left in its place, where others go on with its thread."""
    row = Comment.objects.filter(TOMBSTONE, pk=event.comment_id).for_card().first()
    left = comment_card(row) if row and not row["is_standing"] else None
    return {**members(event, "comment_deleted"), "comment_id": event.comment_id, "comment": left}


def standing(
    event: CommentCreated | CommentEdited | CommentPinned | CommentRestored | CommentUnpinned, kind: str, **more: Any
) -> dict[str, Any] | None:
    """With the card as it is now."""
    row = Comment.objects.filter(STANDS, pk=event.comment_id).for_card().first()
    return {**members(event, kind), "comment": comment_card(row), **more} if row else None


def members(event: Any, kind: str) -> dict[str, Any]:
    """What every frame of a comment has."""
    head = Comment.objects.filter(pk=event.parent_id).values_list("author_id", flat=True).first()
    return {
        "type": kind,
        "track_id": event.track_id,
        "parent_id": event.parent_id,
        "actor_id": event.author_id,
        "thread_actor_id": head,
    }
