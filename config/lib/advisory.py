"""Locks that stand for a job and not for a row, so that two beats at once do no harm. PostgreSQL frees them when the
transaction ends, however it ends.

The numbers are our own; one database knows no other advisory locks.
"""

from enum import IntEnum

from django.db import connection


class Job(IntEnum):
    """What only one may do at a time."""

    KEEP_PARTITIONS = 7_316_001
    FORGET_IDEMPOTENCY_KEYS = 7_316_002


def hold(job: Job) -> None:
    """Wait until nobody else does the job, and keep others from it until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [job.value])


def try_hold(job: Job) -> bool:
    """Like `hold`, but False at once when somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [job.value])
        return bool(cursor.fetchone()[0])
