"""Fills the empty tables: foreign keys are trusted meanwhile, and the indexes of the follows come at the end."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from bench.people.population import COUNTS, STEPS, drop_indexes, run

UNHURRIED = """
SET statement_timeout = 0;
SET lock_timeout = 0;
SET work_mem = '512MB';
SET maintenance_work_mem = '512MB';
SET session_replication_role = replica;
SELECT setseed(0.5)
"""
AS_BEFORE = """
RESET statement_timeout;
RESET lock_timeout;
RESET work_mem;
RESET maintenance_work_mem;
RESET session_replication_role
"""


@contextmanager
def unhurried() -> Iterator[None]:
    """No statement is too long, and no foreign key is looked after, inside the block."""
    run(UNHURRIED)
    try:
        yield
    finally:
        run(AS_BEFORE)


def load(tell: Callable[[str], None]) -> None:
    """Everybody, and everything between them."""
    with unhurried():
        dropped = drop_indexes()
        for name, sql in STEPS.items():
            # The viewer's ties are looked up in the index.
            if name == "blocks and mutes":
                timed("the indexes", ";\n".join(dropped), tell=tell)
            timed(name, sql, tell=tell)
        timed("counts", COUNTS, tell=tell)
        timed("statistics", "VACUUM (ANALYZE)", tell=tell)


def timed(name: str, sql: str, *, tell: Callable[[str], None]) -> None:
    """One step, and how long it took."""
    begun = time.perf_counter()
    run(sql)
    tell(f"{name}: {time.perf_counter() - begun:.1f} s")


def sizes() -> dict[str, tuple[int, int]]:
    """Table -> rows and MiB with its indexes, of the tables with more than ten thousand rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reltuples::bigint, pg_total_relation_size(oid) / 1048576 FROM pg_class"
            " WHERE relkind = 'r' AND reltuples > 10000 AND relnamespace = 'public'::regnamespace ORDER BY 3 DESC"
        )
        return {name: (rows, mebibytes) for name, rows, mebibytes in cursor.fetchall()}
