"""For tests of every app: people, clients, sound, and a look at what was emitted."""

import math
import struct
import threading
import time
import wave
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections
from django.db.models import Max
from rest_framework.test import APIClient

from config.lib.events import Event, type_name
from config.models import DomainEvent


@contextmanager
def emitted() -> Iterator[list[Event]]:
    """The events that the block has written into the log; none of a block that rolls back."""
    events: list[Event] = []
    before = DomainEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    yield events
    known = {type_name(event): event for event in all_events()}
    rows = DomainEvent.objects.filter(pk__gt=before).order_by("pk").values_list("type", "payload")
    events += [known[name](**facts) for name, facts in rows]


def all_events() -> set[type[Event]]:
    """Every kind of event that has been defined, those of tests too."""
    found: set[type[Event]] = set()
    waiting: list[type[Event]] = [Event]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        found.update(kinds)
        waiting += kinds
    return found


def race(*moves: Callable[[], Any]) -> list[Any]:
    """Let all moves begin at the same moment, each in a thread with a database connection of its own.

    What each returned, or the exception that it raised, in their order. The test must not be in a transaction.
    """
    start = threading.Barrier(len(moves))

    def run(move: Callable[[], Any]) -> Any:
        start.wait(timeout=60)
        try:
            return move()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(moves)) as threads:
        return list(threads.map(run, moves))


def write_tone(path: Path, *, seconds: float = 1.0, hertz: float = 440.0, rate: int = 44_100) -> Path:
    """A mono WAV file with a sine at half of full scale."""
    count = round(seconds * rate)
    samples = (round(16_384 * math.sin(2 * math.pi * hertz * n / rate)) for n in range(count))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return path


class Api(APIClient):
    """A client of the API: JSON by default, problems checked for their shape."""

    default_format = "json"

    def problem(self, response: Any, *, status: int, code: str) -> dict[str, Any]:
        """The body of a problem answer, which must be of this status and code."""
        body: dict[str, Any] = response.json()
        assert response.status_code == status, body  # noqa: S101 -- used by tests only
        assert response["Content-Type"] == "application/problem+json"  # noqa: S101 -- used by tests only
        assert body["code"] == code, body  # noqa: S101 -- used by tests only
        members = {"type", "title", "status", "detail", "code", "instance", "request_id"}
        assert members <= set(body)  # noqa: S101 -- used by tests only
        return body


def wait_for_a_waiter() -> None:
    """Until another connection waits for a lock."""
    patience = time.monotonic() + 60
    with connection.cursor() as cursor:
        while time.monotonic() < patience:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the activity that it saw first
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise TimeoutError("nobody waits")
