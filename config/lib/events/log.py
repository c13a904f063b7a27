"""Reading the log in order: every event once, none passed by, whoever commits late."""

import base64
import struct
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

CURSOR = struct.Struct(">QQ")
# `event.xid` in ORDER BY: a bare `xid` would name the text of the output, and order 10 before 9.
HEAD = """
SELECT event.xid::text, event.id FROM config_domainevent AS event
WHERE event.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY event.xid DESC, event.id DESC LIMIT 1
"""
AFTER = """
SELECT event.xid::text, id, type, payload::text, topics, request_id, created_at FROM config_domainevent AS event
WHERE (event.xid, id) > (%s::text::xid8, %s) AND event.xid < pg_snapshot_xmin(pg_current_snapshot()) {narrowed}
ORDER BY event.xid, id LIMIT %s
"""

Row = tuple[str, int, str, str, list[str], str, datetime]


class CursorInvalid(ValueError):
    """The text is no cursor of this log."""


@dataclass(frozen=True, order=True)
class Cursor:
    """A place in the log: after the event `id` of the transaction `xid`."""

    xid: int
    id: int

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(CURSOR.pack(self.xid, self.id)).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The cursor that was written so; raises CursorInvalid."""
        try:
            return cls(*CURSOR.unpack(base64.urlsafe_b64decode(text + "==")))
        except (ValueError, struct.error) as error:
            raise CursorInvalid(text[:40]) from error


@dataclass(frozen=True)
class Entry:
    """An event as it stands in the log."""

    cursor: Cursor
    type: str
    payload: dict[str, Any]
    topics: list[str]
    request_id: str
    created_at: datetime


def read(*, after: Cursor, limit: int, topics: Collection[str] = (), types: Collection[str] = ()) -> list[Entry]:
    """The next entries, at most `limit`, of these topics and types (of all without any). Only below the snapshot's
    xmin, where no transaction can add anything any more: by id alone, events of late commits would be passed by."""
    sql, values = statement(after=after, limit=limit, topics=topics, types=types)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return entries(cursor.fetchall())


def statement(
    *, after: Cursor, limit: int, topics: Collection[str] = (), types: Collection[str] = ()
) -> tuple[str, list[Any]]:
    """What `read` asks, for followers that have a connection of their own: SQL and its values."""
    narrowed = {"topics && %s::varchar[]": list(topics), "type = ANY(%s::varchar[])": list(types)}
    asked = {condition: names for condition, names in narrowed.items() if names}
    sql = AFTER.format(narrowed=" ".join(f"AND {condition}" for condition in asked))
    return sql, [str(after.xid), after.id, *asked.values(), limit]


def entries(rows: Iterable[Row]) -> list[Entry]:
    """The rows of that statement as entries."""
    return [
        Entry(Cursor(int(xid), id_), name, orjson.loads(payload), topics, request_id, created_at)
        for xid, id_, name, payload, topics, request_id, created_at in rows
    ]


def head() -> Cursor:
    """The place after everything that a reader could have read by now."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD)
        return place_of(cursor.fetchone())


def place_of(row: tuple[str, int] | None) -> Cursor:
    """The row of HEAD as a cursor; before everything when the log is empty."""
    xid, id_ = row or ("0", 0)
    return Cursor(int(xid), id_)
