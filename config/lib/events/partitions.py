"""The log's days: made ahead, dropped when they are old."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from config.lib import advisory

TABLES = ("config_domainevent", "config_eventdelivery")
DAYS_AHEAD = 3
RETENTION = timedelta(days=7)
DAY = re.compile(r"_(\d{8})$")


@transaction.atomic
def keep_partitions(*, at: datetime) -> tuple[int, int]:
    """Make the partitions of today and the days ahead, drop those older than a week; (made, dropped).

    A day that holds a delivery which is neither done nor parked stays.
    """
    advisory.hold("events.keep_partitions")
    today = at.astimezone(UTC).date()
    made = sum(make_day(table, today + timedelta(days=n)) for table in TABLES for n in range(DAYS_AHEAD + 1))
    dropped = 0
    for day in sorted(set(days("config_domainevent"))):
        if day < today - RETENTION and not has_open_deliveries(day):
            dropped += 1
            drop_day(day)
    return made, dropped


def days(table: str) -> Iterator[date]:
    """The days that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::text::regclass", [table])
        names = [name for (name,) in cursor.fetchall()]
    for match in filter(None, map(DAY.search, names)):
        yield datetime.strptime(match.group(1), "%Y%m%d").replace(tzinfo=UTC).date()


def make_day(table: str, day: date) -> bool:
    """The partition of a day; rows that wait for it in the default partition move over. False when it was there."""
    name = f"{table}_{day:%Y%m%d}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s::text)", [name])
        if cursor.fetchone()[0]:
            return False
        begin, end = f"'{day}T00:00Z'", f"'{day + timedelta(days=1)}T00:00Z'"
        within = f"created_at >= {begin} AND created_at < {end}"
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        moved = f"WITH moved AS (DELETE FROM {table}_default WHERE {within} RETURNING *)"  # noqa: S608 -- names and dates of our own
        cursor.execute(f"{moved} INSERT INTO {name} SELECT * FROM moved")  # noqa: S608 -- likewise
        cursor.execute(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})")
    return True


def has_open_deliveries(day: date) -> bool:
    """Whether something of that day is still to follow."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM config_eventdelivery_{day:%Y%m%d} WHERE done_at IS NULL AND parked_at IS NULL)"  # noqa: S608 -- a date of our own
        )
        return bool(cursor.fetchone()[0])


def drop_day(day: date) -> None:
    """Forget a day."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE {table}_{day:%Y%m%d}")
