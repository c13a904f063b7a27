"""Counting again: what the rule makes of the raw rows, beside what was counted while people listened."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby, tee
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from config.lib.advisory import session_lock
from engagement.plays.choices import Outcome
from engagement.plays.models import Play
from engagement.plays.rule import Case, judge
from tracks.models import TrackCounts
from tracks.services.counts import correct_plays

# Tracks that are read in one go, rows that are held at a time, and rows that are put right in one statement.
TRACKS, ROWS, BATCH = 200, 2_000, 500

# One statement, so that the ledger and the counts are those of the same moment: whoever counts a play writes both in
# one transaction. What was dropped from the ledger stands in the figures of its days.
READ = """
SELECT c.track_id, c.plays, coalesce(f.plays, 0), p.id, p.created_at, p.listener, p.barred, p.outcome,
       p.duration_ms, p.heard_ms, p.refused_ms, coalesce(p.reached_at, p.beat_at) AS judged_at
FROM tracks_trackcounts c
LEFT JOIN LATERAL (
    SELECT sum(d.plays) AS plays FROM engagement_trackday d
    WHERE d.track_id = c.track_id
      AND date_trunc('month', d.day)::date IN (SELECT month FROM engagement_forgottenmonth)
) f ON true
LEFT JOIN engagement_play p ON p.track_id = c.track_id
WHERE c.track_id = ANY(%s)
ORDER BY c.track_id, p.listener, judged_at, p.id
"""


class Row(NamedTuple):
    """A play beside the counts of its track; of a track that nobody played, the counts alone."""

    track_id: int
    stood: int
    forgotten: int
    id: UUID | None
    created_at: datetime
    listener: bytes
    barred: str
    outcome: str
    duration_ms: int
    heard_ms: int
    refused_ms: int
    at: datetime

    @property
    def case(self) -> Case:
        """What the rule looks at."""
        return Case(bytes(self.listener), self.barred, self.duration_ms, self.heard_ms, self.refused_ms, self.at)


@dataclass(frozen=True)
class Difference:
    """A track whose count, or whose rows, are not what the rule makes of the ledger."""

    track_id: int
    counted: int
    due: int
    rows: int


class Correction(NamedTuple):
    id: UUID
    created_at: datetime
    outcome: Outcome


class RecountRunning(Exception):
    """Somebody else is at it."""


def recount_plays(*, dry_run: bool) -> Iterator[Difference]:
    """Count all plays anew by the rule, and put right what differs; tell of each track that did.

    Reads a bounded number of rows at a time. Plays that are counted meanwhile stay so. Raises RecountRunning.
    """
    with session_lock("engagement.recount_plays") as alone:
        if not alone:
            raise RecountRunning
        for track_ids in chunks_of_tracks():
            yield from recount_some(track_ids, dry_run=dry_run)


def chunks_of_tracks() -> Iterator[list[int]]:
    """The ids of all tracks, so many at a time."""
    last = 0
    while found := list(TrackCounts.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:TRACKS]):
        yield found
        last = found[-1]


def recount_some(track_ids: list[int], *, dry_run: bool) -> list[Difference]:
    """The differences of these tracks, put right unless it is a dry run."""
    differences = []
    with transaction.atomic(), rows_of(track_ids) as rows:
        for track_id, group in groupby(rows, key=lambda row: row.track_id):
            difference = recount_track(track_id, group, dry_run=dry_run)
            if difference.counted != difference.due or difference.rows:
                differences.append(difference)
    for difference in [] if dry_run else differences:
        correct_plays(track_id=difference.track_id, n=difference.due - difference.counted)
    return differences


def recount_track(track_id: int, rows: Iterator[Row], *, dry_run: bool) -> Difference:
    """What the rule makes of the rows of one track. Rows of which something else was written are put right at once."""
    first = next(rows)
    due, wrong = first.forgotten, 0
    waiting: list[Correction] = []
    for row, outcome in judged(() if first.id is None else chain([first], rows)):
        due += outcome is Outcome.COUNTED
        if outcome == row.outcome or row.id is None:
            continue
        wrong += 1
        waiting.append(Correction(row.id, row.created_at, outcome))
        if len(waiting) == BATCH:
            correct_rows(waiting, dry_run=dry_run)
            waiting = []
    correct_rows(waiting, dry_run=dry_run)
    return Difference(track_id=track_id, counted=first.stood, due=due, rows=wrong)


def judged(rows: Iterable[Row]) -> Iterator[tuple[Row, Outcome]]:
    """Each row with what the rule makes of it. Read in step: no more than a row waits for its outcome."""
    rows, again = tee(rows)
    return zip(again, judge(row.case for row in rows), strict=True)


def correct_rows(corrections: list[Correction], *, dry_run: bool) -> None:
    """Write what the rule makes of these; the figures of their days follow."""
    if dry_run:
        return
    for outcome, some in groupby(sorted(corrections, key=by_outcome), key=by_outcome):
        found = list(some)
        moments = [row.created_at for row in found]
        rows = Play.objects.filter(created_at__range=(min(moments), max(moments)), pk__in=[row.id for row in found])
        reached = Coalesce("reached_at", "beat_at") if outcome == Outcome.COUNTED else F("reached_at")
        rows.update(outcome=outcome, settled=False, reached_at=reached)


def by_outcome(correction: Correction) -> str:
    return correction.outcome


@contextmanager
def rows_of(track_ids: list[int]) -> Iterator[Iterator[Row]]:
    """The rows of these tracks by track, listener and time, read through a cursor that stays with the server."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # of a track that is heard a lot
    with connection.chunked_cursor() as cursor:
        cursor.execute(READ, [track_ids])
        yield (Row(*found) for found in chain.from_iterable(iter(lambda: cursor.fetchmany(ROWS), [])))
