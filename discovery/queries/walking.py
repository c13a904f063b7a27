"""What the people whom somebody follows did, in order, in batches: fan-in on read.

Three statements, none of which asks who may see what: that is asked of the things and the people that are found. Each
answers exactly with the next rows, or says how far its answer is exact.
* `LATEST` reads the K people who were active last. Nothing of the others is newer than the (K+1)th one's last activity,
  so what is newer than that is exact; where that is too little, K doubles.
* `GLOBAL` walks everybody's newest rows and keeps those of people who are followed. Who follows thousands finds a page
  within a few hundred rows; asked row by row, it stops there, where a join would first gather all who are followed.
* `NEWER` goes the other way, from a place upward.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from config.lib.statements import rows_of

# Who follows so many is served by the walk over everybody's rows first, for so many of them.
HEAVY = 1_500
WINDOW = 1_500
# Each of them has a row that is newer than the bound, unless they undid it: enough for a page with what is left out.
FIRST_K = 40

COLUMNS = "a.created_at, a.id, a.actor_id, a.verb, a.kind, a.object_id"
OF_KIND = "AND a.kind = %(kind)s"
BEYOND = "AND (a.created_at, a.id) {than} (%(at)s, %(id)s)"
UNMUTED = """NOT EXISTS (SELECT 1 FROM social_mute m WHERE m.muter_id = %(viewer)s AND m.muted_id = f.followed_id
    AND m.scope = 'everything')"""
WITH_REPOSTS = """NOT EXISTS (SELECT 1 FROM social_mute m WHERE m.muter_id = %(viewer)s AND m.muted_id = f.followed_id
    AND m.scope = 'reposts')"""
# Beyond a place, `last_at` says nothing of who was active since: their first row behind it is looked up.
HEAD_BEYOND = """CASE WHEN l.last_at < %(at)s THEN l.last_at ELSE (SELECT a.created_at FROM social_activity a
    WHERE a.actor_id = f.followed_id {narrowed} ORDER BY a.created_at DESC, a.id DESC LIMIT 1) END"""
LATEST = """
WITH latest AS MATERIALIZED (
    SELECT id, head, reposts FROM (
        SELECT f.followed_id AS id, {head} AS head, {with_reposts} AS reposts
        FROM social_follow f JOIN social_actorlast l ON l.actor_id = f.followed_id
        WHERE f.follower_id = %(viewer)s AND {unmuted}
    ) AS followed
    WHERE head IS NOT NULL ORDER BY head DESC, id LIMIT {k} + 1
), bound AS MATERIALIZED (SELECT head FROM latest ORDER BY head DESC, id OFFSET {k} LIMIT 1)
SELECT (SELECT head FROM bound) AS bound, a.* FROM (SELECT 1) AS one LEFT JOIN (
    SELECT a.* FROM (SELECT id, reposts FROM latest ORDER BY head DESC, id LIMIT {k}) AS l
    CROSS JOIN LATERAL (
        SELECT {columns} FROM social_activity a
        WHERE a.actor_id = l.id AND a.created_at > coalesce((SELECT head FROM bound), '-infinity')
          AND (l.reposts OR a.verb = 'publish') {narrowed}
        ORDER BY a.created_at DESC, a.id DESC LIMIT {size}
    ) AS a ORDER BY a.created_at DESC, a.id DESC LIMIT {size}
) AS a ON true ORDER BY a.created_at DESC, a.id DESC
"""
GLOBAL = """
SELECT a.* FROM (
    SELECT {columns} FROM social_activity a WHERE true {narrowed}
    ORDER BY a.created_at {way}, a.id {way} LIMIT {window}
) AS a
WHERE (SELECT {unmuted} AND (a.verb = 'publish' OR {with_reposts}) FROM social_follow f
    WHERE f.follower_id = %(viewer)s AND f.followed_id = a.actor_id)
ORDER BY a.created_at {way}, a.id {way} LIMIT {size}
"""
NEWER = """
SELECT a.* FROM social_follow f JOIN social_actorlast l ON l.actor_id = f.followed_id AND l.last_at >= %(at)s
CROSS JOIN LATERAL (
    SELECT {columns} FROM social_activity a
    WHERE a.actor_id = f.followed_id AND (a.verb = 'publish' OR {with_reposts}) {narrowed}
    ORDER BY a.created_at, a.id LIMIT {size}
) AS a
WHERE f.follower_id = %(viewer)s AND {unmuted} ORDER BY a.created_at, a.id LIMIT {size}
"""


class Act(NamedTuple):
    """A row of `social.Activity`; its first two members order all of them."""

    created_at: datetime
    id: int
    actor_id: int
    verb: str
    kind: str
    object_id: int


class Spot(NamedTuple):
    """A place between rows: behind the one with these values."""

    at: datetime
    id: int


@dataclass(frozen=True, kw_only=True)
class Walk:
    """From `spot` (the newest without one) toward the past, or toward the present with `upward`.

    kind: things of that kind alone. size: rows of the first batch. heavy: whether the person follows very many.
    """

    viewer_id: int
    size: int
    spot: Spot | None = None
    kind: str | None = None
    upward: bool = False
    heavy: bool = False
    k: int = FIRST_K

    def batches(self) -> Iterator[list[Act]]:
        """All rows in order, none twice; each batch reads twice as far as the one before."""
        walk = self
        if walk.heavy:
            found = walk.rows(GLOBAL)
            yield found
            walk = walk.behind(found)
        while True:
            found, is_last = walk.upward_rows() if walk.upward else walk.latest_rows()
            yield found
            if is_last:
                return
            walk = replace(walk.behind(found), k=2 * walk.k, size=2 * walk.size)

    def behind(self, found: list[Act]) -> "Walk":
        """The walk that goes on where these rows end."""
        return replace(self, spot=Spot(found[-1].created_at, found[-1].id)) if found else self

    def latest_rows(self) -> tuple[list[Act], bool]:
        """The next rows as far as they are exact, and whether they are the last ones."""
        rows = self.fetched(LATEST)
        bound = rows[0][0]
        found = [Act(*row[1:]) for row in rows if row[1] is not None]
        return found, bound is None and len(found) < self.size

    def upward_rows(self) -> tuple[list[Act], bool]:
        """The same toward the present."""
        found = self.rows(NEWER)
        return found, len(found) < self.size

    def rows(self, statement: str) -> list[Act]:
        """What the statement finds."""
        return [Act(*row) for row in self.fetched(statement)]

    def fetched(self, statement: str) -> list[Any]:
        """The rows of the statement as it is for this walk. Its limits stand in its text, so that PostgreSQL knows them
        when it plans, and keeps the plan: planning anew takes as long as answering."""
        way, than = ("ASC", ">") if self.upward else ("DESC", "<")
        narrowed = " ".join((OF_KIND if self.kind else "", BEYOND.format(than=than) if self.spot else ""))
        sql = statement.format(
            head=HEAD_BEYOND.format(narrowed=narrowed) if self.spot else "l.last_at",
            columns=COLUMNS,
            narrowed=narrowed,
            unmuted=UNMUTED,
            with_reposts=WITH_REPOSTS,
            way=way,
            window=WINDOW,
            k=self.k,
            size=self.size,
        )
        at, id_ = self.spot or (None, None)
        values = {"viewer": self.viewer_id, "kind": self.kind, "at": at, "id": id_}
        return rows_of(sql, values)
