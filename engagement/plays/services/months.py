"""The ledger's months: made ahead, dropped when the operator does not want them for ever."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.conf import settings
from django.db import connection, transaction

from config.lib import advisory
from engagement.plays.models import ForgottenMonth

TABLE = "engagement_play"
MONTHS_AHEAD = 2
MONTH = re.compile(r"_(\d{6})$")


@transaction.atomic
def keep_months(*, at: datetime) -> tuple[int, int]:
    """Make the partitions of this month and those ahead; drop those that are older than PLAYS_KEPT_MONTHS, if that is
    set. (made, dropped). What the figures of its days do not know yet keeps a month."""
    advisory.hold("engagement.keep_months")
    this = month_of(at)
    made = sum(make_month(month_after(this, n)) for n in range(MONTHS_AHEAD + 1))
    kept = settings.PLAYS_KEPT_MONTHS
    old = [month for month in sorted(months()) if month < month_after(this, -kept)] if kept else []
    return made, sum(forget_month(month, at=at) for month in old)


def month_of(at: datetime) -> date:
    """The first day of the month (UTC) of a moment."""
    return at.astimezone(UTC).date().replace(day=1)


def month_after(month: date, n: int) -> date:
    """The first day of the month that is `n` months later."""
    years, index = divmod(month.month - 1 + n, 12)
    return date(month.year + years, index + 1, 1)


def months() -> Iterator[date]:
    """The months that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::text::regclass", [TABLE])
        names = [name for (name,) in cursor.fetchall()]
    for match in filter(None, map(MONTH.search, names)):
        yield datetime.strptime(match.group(1), "%Y%m").replace(tzinfo=UTC).date()


def make_month(month: date) -> bool:
    """The partition of a month; rows that wait for it in the default partition move over. False when it was there."""
    name = f"{TABLE}_{month:%Y%m}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s::text)", [name])
        if cursor.fetchone()[0]:
            return False
        begin, end = f"'{month}T00:00Z'", f"'{month_after(month, 1)}T00:00Z'"
        within = f"created_at >= {begin} AND created_at < {end}"
        # What began in the default partition after the others have moved would keep the month from being attached.
        cursor.execute(f"LOCK TABLE {TABLE}_default IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        moved = f"WITH moved AS (DELETE FROM {TABLE}_default WHERE {within} RETURNING *)"  # noqa: S608 -- names and dates of our own
        cursor.execute(f"{moved} INSERT INTO {name} SELECT * FROM moved")  # noqa: S608 -- likewise
        cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ({begin}) TO ({end})")
    return True


def forget_month(month: date, *, at: datetime) -> bool:
    """Drop a month; its figures stay. False where they do not know all of it yet."""
    name = f"{TABLE}_{month:%Y%m}"
    with connection.cursor() as cursor:
        # The whole first, as everybody who reads it does.
        cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"SELECT EXISTS (SELECT FROM {name} WHERE NOT settled)")  # noqa: S608 -- a date of our own
        if cursor.fetchone()[0]:
            return False
        cursor.execute(f"DROP TABLE {name}")
    ForgottenMonth.objects.get_or_create(month=month, defaults={"forgotten_at": at})
    return True
