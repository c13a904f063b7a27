"""`python -m config.embedded.throwaway -- python -m bench.playlists`: measure, and write bench/results/playlists.md."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from bench.playlists.orders import TRACKS, WAYS, Way, furnish, move, put, read, shuffled

RESULTS = Path(__file__).parents[1] / "results" / "playlists.md"
ROUNDS, IN_ONE_GAP = 15, 200


@dataclass
class Cost:
    """Of one kind of change, each time it was made: rows, bytes of the write-ahead log, milliseconds."""

    rows: list[int] = field(default_factory=list)
    wal: list[int] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{median(self.rows):.0f} | {median(self.wal):,.0f} | {median(self.ms):.2f}"


def wal(connection: psycopg.Connection[Any]) -> int:
    """How far the write-ahead log has come, in bytes."""
    row = connection.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").fetchone()
    return int(row[0]) if row else 0


def measure(connection: psycopg.Connection[Any], cost: Cost, change: Callable[[], int]) -> None:
    """Make a change in a transaction of its own."""
    before, started = wal(connection), time.perf_counter()
    with connection.transaction():
        rows = change()
    cost.ms.append((time.perf_counter() - started) * 1000)
    cost.wal.append(wal(connection) - before)
    cost.rows.append(rows)


def costs_of(connection: psycopg.Connection[Any], way: Way) -> dict[str, Cost]:
    """What each kind of change costs in this way."""
    furnish(connection, way)
    found = {name: Cost() for name in ("the last to the front", "a new order, by chance", "into one and the same gap")}
    front, order, gap = found.values()
    for _ in range(ROUNDS):
        measure(connection, front, lambda: move(connection, way, source=TRACKS - 1, target=0))
    for seed in range(ROUNDS):
        measure(connection, order, lambda seed=seed: put(connection, way, shuffled(seed)))
    for _ in range(IN_ONE_GAP):
        measure(connection, gap, lambda: move(connection, way, source=TRACKS - 1, target=500))
    return found


def longest(connection: psycopg.Connection[Any]) -> int:
    """Characters of the longest place that is left."""
    return max(len(str(place)) for _, place in read(connection))


def report(connection: psycopg.Connection[Any]) -> Iterator[str]:
    """The whole document."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    yield from ("# The order of a playlist", "")
    yield f"{datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load}."
    yield f"{TRACKS:,} tracks in the playlist, 20,000 rows in the table, indexed as in the app. Medians of {ROUNDS}"
    yield f"changes, of the last kind of {IN_ONE_GAP}. Made by `python -m bench.playlists`."
    yield "Every time is that of a transaction, with reading the order first, as whoever moves something has to."
    yield from ("", "| Way | Change | rows | bytes of WAL | ms |", "|---|---|---|---|---|")
    notes = []
    for way in WAYS:
        found = costs_of(connection, way)
        for name, cost in found.items():
            yield f"| {way.name} | {name} | {cost} |"
        last = found["into one and the same gap"]
        notes.append(f"* {way.name}: {sum(last.rows):,} rows for {IN_ONE_GAP} moves into one gap; then the longest")
        notes.append(f"  place has {longest(connection)} characters.")
    yield from ("", *notes)


def main() -> int:
    """Measure and write."""
    lines = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=None) as connection:
        for line in report(connection):
            sys.stdout.write(f"{line}\n")
            lines.append(line)
        connection.execute("DROP TABLE item")
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
