"""Locks that stand for a job and not for a row, so that two beats at once do no harm. PostgreSQL frees them when the
transaction ends, however it ends; those of a session, for what takes long, when the connection ends.

A lock is known by the name of its job, `app.function`, hashed to the 64 bits that PostgreSQL takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def hold(name: str) -> None:
    """Wait until nobody else does the job, and keep others from it until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def try_hold(name: str) -> bool:
    """Like `hold`, but False at once when somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


@contextmanager
def advisory_lock(name: str) -> Iterator[bool]:
    """A transaction, and whether it is the only one that does this job. It does not wait."""
    with transaction.atomic():
        yield try_hold(name)


@contextmanager
def session_lock(name: str) -> Iterator[bool]:
    """Whether the block is the only one that does this job. It does not wait, and holds no transaction: what takes
    longer than seconds would keep readers of the log from what is newer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
