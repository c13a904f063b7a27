"""Everything that changes what people like and repost."""

from engagement.services.erasing import erase_marks
from engagement.services.kinds import COMMENT_LIKES, KINDS, POST_LIKES, TRACK_LIKES, TRACK_REPOSTS, MarkKind
from engagement.services.likes import like, unlike
from engagement.services.reposts import NotListed, repost_track, unrepost_track
from engagement.services.standing import settle_marks

__all__ = [
    "COMMENT_LIKES",
    "KINDS",
    "POST_LIKES",
    "TRACK_LIKES",
    "TRACK_REPOSTS",
    "MarkKind",
    "NotListed",
    "erase_marks",
    "like",
    "repost_track",
    "settle_marks",
    "unlike",
    "unrepost_track",
]
