"""The figures of days follow the ledger: whatever a play changes marks it as not settled, and the days of such plays
are added up anew, whole. So nothing is counted twice, however often this runs, and nothing is missed: a play that
changes while it is added up is not settled again."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from config.lib import advisory
from engagement.plays.choices import BARS
from engagement.plays.heat import PIECES, STORED_BYTES
from engagement.plays.models import Play, TrackDayHeat

BATCH, ROWS = 2_000, 1_000
BITS = ("heard_bits", "skipped_bits", "replayed_bits")
# Of the pieces of a track, how many plays have heard, skipped and heard again each: three rows of numbers.
Heat = Any

SETTLE = """
UPDATE engagement_play p SET settled = true
FROM (
    SELECT id, created_at FROM engagement_play WHERE NOT settled AND created_at < %s ORDER BY created_at LIMIT %s
    FOR NO KEY UPDATE SKIP LOCKED
) open
WHERE p.id = open.id AND p.created_at = open.created_at
RETURNING p.track_id, (p.created_at AT TIME ZONE 'UTC')::date
"""
FIGURES = """
INSERT INTO engagement_trackday (track_id, day, plays, listeners, heard_ms)
SELECT track_id, %(day)s, count(*) FILTER (WHERE outcome = 'counted'),
       count(DISTINCT listener) FILTER (WHERE outcome = 'counted'),
       coalesce(sum(heard_ms) FILTER (WHERE barred = ''), 0)
FROM engagement_play
WHERE track_id = ANY(%(tracks)s) AND created_at >= %(from)s AND created_at < %(to)s
GROUP BY track_id
ON CONFLICT (track_id, day) DO UPDATE
SET plays = excluded.plays, listeners = excluded.listeners, heard_ms = excluded.heard_ms
"""
NO_SHARES = "DELETE FROM engagement_trackdayshare WHERE track_id = ANY(%(tracks)s) AND day = %(day)s"
SHARES = """
INSERT INTO engagement_trackdayshare (track_id, day, kind, value, plays)
SELECT track_id, %(day)s, kind, value, count(*)
FROM engagement_play, LATERAL (VALUES ('referrer', referrer), ('country', country)) AS share (kind, value)
WHERE track_id = ANY(%(tracks)s) AND created_at >= %(from)s AND created_at < %(to)s
  AND outcome = 'counted' AND value <> ''
GROUP BY track_id, kind, value
"""
LISTENERS = """
INSERT INTO engagement_artistday (artist_id, day, listeners)
SELECT t.owner_id, %(day)s, count(DISTINCT p.listener)
FROM engagement_play p JOIN tracks_track t ON t.id = p.track_id
WHERE t.owner_id IN (SELECT owner_id FROM tracks_track WHERE id = ANY(%(tracks)s))
  AND p.created_at >= %(from)s AND p.created_at < %(to)s AND p.outcome = 'counted'
GROUP BY t.owner_id
ON CONFLICT (artist_id, day) DO UPDATE SET listeners = excluded.listeners
"""


def settle_plays(*, at: datetime) -> int:
    """Let the figures follow all plays that changed until now; how many. Twice is once, and two at once are one."""
    done = found = settle_some(at=at)
    while found >= BATCH:  # less is what came while it was at it
        found = settle_some(at=at)
        done += found
    return done


@transaction.atomic
def settle_some(*, at: datetime) -> int:
    """Let the figures follow some of these plays; how many. 0 also while somebody else is at it."""
    if not advisory.try_hold("engagement.settle_plays"):
        return 0
    with connection.cursor() as cursor:
        # Plays of a clock that is ahead come along.
        cursor.execute(SETTLE, [at + timedelta(days=1), BATCH])
        changed = cursor.fetchall()
    by_day: dict[date, set[int]] = {}
    for track_id, day in changed:
        by_day.setdefault(day, set()).add(track_id)
    there = hold_tracks({track_id for track_id, _ in changed})
    for day, tracks in sorted(by_day.items()):
        add_up(day, sorted(tracks & there))
    return len(changed)


def hold_tracks(track_ids: Collection[int]) -> set[int]:
    """Those of these tracks that are there; until the transaction ends nobody deletes them, with their figures."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM tracks_track WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [list(track_ids)])
        return {track_id for (track_id,) in cursor.fetchall()}


def add_up(day: date, tracks: list[int]) -> None:
    """The figures of these tracks on a day, from all that the ledger has of it."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    words: dict[str, Any] = {"tracks": tracks, "day": day, "from": begin, "to": begin + timedelta(days=1)}
    with connection.cursor() as cursor:
        for statement in (FIGURES, NO_SHARES, SHARES, LISTENERS):
            cursor.execute(statement, words)
    plays = Play.objects.filter(track_id__in=tracks, created_at__gte=begin, created_at__lt=words["to"])
    write_heat(day, heat_of(plays.exclude(barred__in=BARS)))


def heat_of(plays: Any) -> dict[int, Heat]:
    """The heat of each track, of plays that are read some at a time."""
    found: dict[int, Heat] = {}
    for track_id, *kept in plays.values_list("track_id", *BITS).iterator(chunk_size=ROWS):
        heat = found.setdefault(track_id, np.zeros((len(BITS), PIECES), dtype=np.int64))
        bits = np.frombuffer(b"".join(map(bytes, kept)), np.uint8).reshape(len(kept), STORED_BYTES)
        heat += np.unpackbits(bits, axis=1, bitorder="little")
    return found


def write_heat(day: date, found: dict[int, Heat]) -> None:
    """Keep the heat of these tracks on a day in the place of what was kept."""
    names = [name.removesuffix("_bits") for name in BITS]
    rows = [
        TrackDayHeat(track_id=track_id, day=day, **dict(zip(names, heat.tolist(), strict=True)))
        for track_id, heat in sorted(found.items())
    ]
    TrackDayHeat.objects.bulk_create(rows, update_conflicts=True, unique_fields=["track", "day"], update_fields=names)
