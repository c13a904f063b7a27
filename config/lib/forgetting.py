"""Rows that are over for good go in chunks: no statement lasts long, and none holds many locks."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from config.lib.advisory import session_lock

CHUNK = 1000


def forget(rows: "QuerySet[Model]", *, job: str) -> int:
    """Delete the rows, and what goes with them; the number of all that went. Two at once under one name are one."""
    with session_lock(job) as got:
        return sum(deleted_chunks(rows)) if got else 0


def deleted_chunks(rows: "QuerySet[Model]") -> Iterator[int]:
    """Delete chunk by chunk; how many rows each time."""
    while gone := rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:CHUNK])).delete()[0]:
        yield gone
