"""Reading by a statement of one's own, where the ORM has no words for it."""

from collections.abc import Mapping
from typing import Any

from django.db import connection


def rows_of(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """What the statement finds. Its text is ours: what callers say stands in `values` alone."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
