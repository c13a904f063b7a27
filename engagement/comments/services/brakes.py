"""What keeps one person from drowning a track, and many from drowning it together. Each says why, and until when."""

import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from config.lib.errors import DomainError
from engagement.comments.models import Comment

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# So many comments of a person in so long, wherever they are.
PERSON_MOST = ((10, MINUTE), (100, HOUR))
# So many comments of all people on a track; replies are held back by their threads' people alone.
TRACK_MOST, TRACK_WINDOW = 120, MINUTE
# The same words: once on a track, and a few times elsewhere, in this time.
SAME_WINDOW, SAME_ELSEWHERE_MOST = timedelta(minutes=10), 3
LINKS_MOST, MENTIONS_MOST = 2, 10
LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.)\S", re.IGNORECASE)


class CommentsTooFast(DomainError):
    code = "comments_too_fast"
    status = 429
    title = "You have said a lot in a short time; the next comment is taken in {retry_after_s} seconds."


class TrackTooBusy(DomainError):
    code = "track_too_busy"
    status = 429
    title = "So many comment on this track that it takes the next one in {retry_after_s} seconds."


class CommentRepeated(DomainError):
    code = "comment_repeated"
    status = 429
    title = "You have said the same before; the same words are taken again in {retry_after_s} seconds."


class TooManyLinks(DomainError):
    code = "too_many_links"
    status = 400
    title = "A comment holds at most {most} links."


class TooManyMentions(DomainError):
    code = "too_many_mentions"
    status = 400
    title = "A comment names at most {most} people."


def check_links(body: str) -> None:
    """Raise TooManyLinks."""
    if len(LINK.findall(body)) > LINKS_MOST:
        raise TooManyLinks(most=LINKS_MOST)


def check_pace(*, author_id: int, track_id: int, body: str, at: datetime) -> None:
    """Raise CommentsTooFast, CommentRepeated, TrackTooBusy. The caller holds the author and the track.

    What was deleted meanwhile counts: otherwise deleting would be the way around.
    """
    longest = max(most for most, _ in PERSON_MOST)
    mine = Comment.objects.filter(author_id=author_id).since(at - HOUR).order_by("-created_at", "-id")
    recent = list(mine.values_list("created_at", "track_id", "body")[:longest])
    for most, window in PERSON_MOST:
        if wait := wait_for_room([moment for moment, *_ in recent], most=most, window=window, at=at):
            raise CommentsTooFast(retry_after_s=wait)
    same = [(moment, place) for moment, place, words in recent if folded(words) == folded(body)]
    here = wait_for_room([moment for moment, place in same if place == track_id], most=1, window=SAME_WINDOW, at=at)
    anywhere = [moment for moment, _ in same]
    if wait := here or wait_for_room(anywhere, most=SAME_ELSEWHERE_MOST, window=SAME_WINDOW, at=at):
        raise CommentRepeated(retry_after_s=wait)
    said = Comment.objects.filter(track_id=track_id).threads().order_by("-created_at", "-id")
    oldest = said.values_list("created_at", flat=True)[TRACK_MOST - 1 : TRACK_MOST]
    if wait := wait_for_room(oldest, most=1, window=TRACK_WINDOW, at=at):
        raise TrackTooBusy(retry_after_s=wait)


def wait_for_room(moments: Iterable[datetime], *, most: int, window: timedelta, at: datetime) -> int:
    """Whole seconds until fewer than `most` of these moments, the newest first, lie within the window; 0 if they do."""
    newest = list(moments)[:most]
    if len(newest) < most:
        return 0
    return max(0, math.ceil((newest[-1] + window - at).total_seconds()))


def folded(body: str) -> str:
    """The words, however they are spaced and capitalised."""
    return " ".join(body.casefold().split())
