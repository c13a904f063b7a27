"""Everything that changes a comment."""

from engagement.comments.services.brakes import (
    CommentRepeated,
    CommentsTooFast,
    TooManyLinks,
    TooManyMentions,
    TrackTooBusy,
)
from engagement.comments.services.deleting import delete_comment
from engagement.comments.services.editing import edit_comment
from engagement.comments.services.erasing import erase_comments, erase_comments_on, erase_comments_to
from engagement.comments.services.pinning import PinNeedsThread, pin_comment, unpin_comment
from engagement.comments.services.standing import settle_comments
from engagement.comments.services.trash import (
    CommentJustWritten,
    CommentPlaceClosed,
    purge_comment,
    purge_comments,
    restore_comment,
)
from engagement.comments.services.writing import (
    Added,
    ClientIdReused,
    CommentingNotGranted,
    CommentsClosed,
    TimestampBeyondEnd,
    Words,
    add_comment,
)

__all__ = [
    "Added",
    "ClientIdReused",
    "CommentJustWritten",
    "CommentPlaceClosed",
    "CommentRepeated",
    "CommentingNotGranted",
    "CommentsClosed",
    "CommentsTooFast",
    "PinNeedsThread",
    "TimestampBeyondEnd",
    "TooManyLinks",
    "TooManyMentions",
    "TrackTooBusy",
    "Words",
    "add_comment",
    "delete_comment",
    "edit_comment",
    "erase_comments",
    "erase_comments_on",
    "erase_comments_to",
    "pin_comment",
    "purge_comment",
    "purge_comments",
    "restore_comment",
    "settle_comments",
    "unpin_comment",
]
