"""What was thrown away, of every kind: read as one list, brought back one by one, and gone for good after thirty days.

Each app says what is in its trash and lets go of it; nothing here knows how. A kind that comes is an entry in KINDS.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import DatabaseError
from django.db.models import F, QuerySet
from django.db.models.functions import Left

from config.lib import advisory
from config.lib.expressions import Constant
from config.lib.pagination import Ordering, beyond
from config.lib.viewer import Viewer
from engagement.comments import queries as comment_queries
from engagement.comments import services as comments
from engagement.posts import queries as post_queries
from engagement.posts import services as posts
from playlists import queries as playlist_queries
from playlists import services as playlists
from tracks import queries as track_queries
from tracks import services as tracks

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
# Of words that are their own title, so many letters.
TITLE_MOST = 80
CHUNK = 200
COLUMNS = ("kind", "id", "called", "deleted_at")
Tell = Callable[[str, int], None]


class Rows(Protocol):
    """What the queries of an app say of its trash."""

    def trash_branches(self, viewer: Viewer) -> tuple[QuerySet[Any], ...]:
        """What the viewer may bring back or let go for good; no row is in two of them, and each walks its own index."""

    def thrown_away(self, viewer: Viewer) -> QuerySet[Any]:
        """The rows of all branches."""

    def to_purge(self, *, before: datetime) -> QuerySet[Any]:
        """What has been in the trash since then or longer, and what is on its way out."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What can be thrown away. `purge_now` lets one go on behalf of whoever may; `purge_due` gets ids, looks at them
    again under their locks, and says how many went."""

    word: str
    title: Any
    rows: Rows
    purge_now: Callable[[Any, Viewer, datetime], None]
    purge_due: Callable[[Collection[int], datetime, datetime], int]


def purge_track(*, track_id: int, at: datetime) -> bool:
    """Remove a track that is on its way out, with all that hangs on it; False when there is none.

    What was said to it goes first, in short transactions, then its objects, then its rows: as long as its own row is
    there, the next attempt knows that something is left to do.
    """
    if not tracks.is_condemned(track_id=track_id):
        return False
    comments.erase_comments_to(track_id=track_id)
    return tracks.purge_condemned(track_id=track_id, at=at)


def purge_tracks(ids: Collection[int], before: datetime, at: datetime) -> int:
    """Remove those of these tracks that are due. One whose objects cannot be removed now stays on its way out."""
    gone = 0
    for track_id in tracks.condemn_due(track_ids=ids, before=before, at=at):
        try:
            gone += purge_track(track_id=track_id, at=at)
        except (OSError, DatabaseError):
            logger.exception("purge_interrupted", extra={"track_id": track_id})
    return gone


KINDS = (
    Kind(
        word="track",
        title=F("title"),
        rows=track_queries,
        purge_now=lambda track, viewer, at: tracks.condemn_track(track=track, by=viewer.user, at=at),
        purge_due=purge_tracks,
    ),
    Kind(
        word="playlist",
        title=F("title"),
        rows=playlist_queries,
        purge_now=lambda playlist, viewer, _: playlists.purge_thrown_playlist(playlist=playlist, viewer=viewer),
        purge_due=lambda ids, before, _: playlists.purge_thrown_playlists(playlist_ids=ids, before=before),
    ),
    Kind(
        word="comment",
        title=Left("body", TITLE_MOST),
        rows=comment_queries,
        purge_now=lambda comment, viewer, at: comments.purge_comment(comment=comment, viewer=viewer, at=at),
        purge_due=lambda ids, before, at: comments.purge_comments(comment_ids=ids, before=before, at=at),
    ),
    Kind(
        word="post",
        title=Left("body", TITLE_MOST),
        rows=post_queries,
        purge_now=lambda post, _, at: posts.purge_post(post=post, at=at),
        purge_due=lambda ids, before, _: posts.purge_posts(post_ids=ids, before=before),
    ),
)
BY_WORD = {kind.word: kind for kind in KINDS}
ORDERING: Ordering = ("-deleted_at", "-kind", "-id")


def rows_of(viewer: Viewer, *, ordering: Ordering, values: tuple[Any, ...], most: int) -> list[dict[str, Any]]:
    """The first of what is in the viewer's trash, behind the row with these values if any are given. One query: of each
    branch no more is read than the page may need."""
    pieces = [
        piece(kind, branch, ordering=ordering, values=values)[:most]
        for kind in KINDS
        for branch in kind.rows.trash_branches(viewer)
    ]
    return list(pieces[0].union(*pieces[1:], all=True).order_by(*ordering)[:most])


def piece(kind: Kind, branch: Any, *, ordering: Ordering, values: tuple[Any, ...]) -> Any:
    """The rows of a branch, under the names that all kinds share."""
    rows = branch.annotate(kind=Constant(kind.word), called=kind.title)
    if values:
        rows = rows.filter(beyond(ordering, values))
    return rows.order_by(*ordering).values(*COLUMNS)


def trash_card(row: dict[str, Any]) -> dict[str, Any]:
    """An entry of the list."""
    return {
        "kind": row["kind"],
        "id": row["id"],
        "title": row["called"],
        "deleted_at": row["deleted_at"],
        "purge_at": row["deleted_at"] + KEPT_FOR,
    }


def purge_now(*, word: str, thing_id: int, viewer: Viewer, at: datetime) -> bool:
    """Let something in the viewer's trash go for good; False where there is no such thing."""
    kind = BY_WORD.get(word)
    thing = kind.rows.thrown_away(viewer).filter(pk=thing_id).first() if kind else None
    if kind is None or thing is None:
        return False
    kind.purge_now(thing, viewer, at)
    return True


class PurgingAlready(Exception):
    """Another process is at it."""


class TooEarly(Exception):
    """What was thrown away later than thirty days ago is not purged by the clock."""


def purge_due(*, before: datetime | None = None, at: datetime, tell: Tell = lambda word, gone: None) -> dict[str, int]:
    """Remove what has been in the trash for thirty days, or since `before`, and what is on its way out; how many of
    each kind. It may take long, holds no transaction meanwhile, and goes on where a kill has stopped it.

    Two at once are one: raises PurgingAlready. Raises TooEarly.
    """
    before = due_before(before, at=at)
    with advisory.session_lock("trash.purge_due") as got:
        if not got:
            raise PurgingAlready
        return {kind.word: purge_kind(kind, before=before, at=at, tell=tell) for kind in KINDS}


def purge_by_the_clock(*, at: datetime) -> int:
    """What beat does; how many things went. 0 where somebody else is at it."""
    try:
        return sum(purge_due(at=at).values())
    except PurgingAlready:
        return 0


def due_before(before: datetime | None, *, at: datetime) -> datetime:
    """What was thrown away until then may go. Raises TooEarly."""
    latest = at - KEPT_FOR
    if before is not None and before > latest:
        raise TooEarly
    return before or latest


def purge_kind(kind: Kind, *, before: datetime, at: datetime, tell: Tell) -> int:
    """The same of one kind, by its ids: what cannot be removed now is passed by, not tried for ever."""
    gone, last = 0, 0
    while ids := ids_after(last, kind=kind, before=before):
        gone += kind.purge_due(ids, before, at)
        last = ids[-1]
        tell(kind.word, gone)
    return gone


def ids_after(last: int, *, kind: Kind, before: datetime) -> list[int]:
    """The next few that are due."""
    rows = kind.rows.to_purge(before=before).filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:CHUNK])


def count_due(*, before: datetime | None = None, at: datetime) -> dict[str, int]:
    """How many of each kind `purge_due` would remove. Raises TooEarly."""
    moment = due_before(before, at=at)
    return {kind.word: kind.rows.to_purge(before=moment).count() for kind in KINDS}
