"""Everything that changes what people like and repost."""

from engagement.services.erasing import erase_marks
from engagement.services.kinds import (
    COMMENT_LIKES,
    KINDS,
    PLAYLIST_LIKES,
    PLAYLIST_REPOSTS,
    POST_LIKES,
    TRACK_LIKES,
    TRACK_REPOSTS,
    MarkKind,
    RepostKind,
)
from engagement.services.likes import like, unlike
from engagement.services.reposts import NotListed, repost, unrepost
from engagement.services.standing import settle_marks

__all__ = [
    "COMMENT_LIKES",
    "KINDS",
    "PLAYLIST_LIKES",
    "PLAYLIST_REPOSTS",
    "POST_LIKES",
    "TRACK_LIKES",
    "TRACK_REPOSTS",
    "MarkKind",
    "NotListed",
    "RepostKind",
    "erase_marks",
    "like",
    "repost",
    "settle_marks",
    "unlike",
    "unrepost",
]
