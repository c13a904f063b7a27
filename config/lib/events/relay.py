"""Carries due deliveries from the database to the broker: the only place that speaks to it on behalf of events.

It has one connection of its own, beside Django's: it listens on it, reads, and notices at once when it is cut.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Any

import psycopg
from celery import current_app
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.lib import failpoints
from config.lib.events import CHANNEL

logger = logging.getLogger(__name__)

BATCH = 500
LONGEST_NAP_S = 1.0
AWAY_S = 2.0
DUE = """
SELECT id, route, payload, request_id FROM config_eventdelivery
WHERE done_at IS NULL AND parked_at IS NULL AND due_at <= clock_timestamp()
ORDER BY due_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
SENT = "UPDATE config_eventdelivery SET due_at = clock_timestamp() + make_interval(secs => %s) WHERE id = ANY(%s)"

Row = tuple[int, str, dict[str, Any], str]
Connection = psycopg.Connection[Any]


def send_due(database: Connection, *, limit: int = BATCH) -> int:
    """Send what is due to the broker; the number sent. Two relays share the work, and one killed in between costs a
    second message, which finds its delivery done. Raises what the database or the broker raise when they are away."""
    with database.transaction():
        rows: list[Row] = database.execute(DUE, [limit]).fetchall()
        publish(rows)
        failpoints.reach("relay_after_send")
        database.execute(SENT, [float(settings.EVENT_RESEND_AFTER_S), [row[0] for row in rows]])
    return len(rows)


def publish(rows: Sequence[Row]) -> None:
    """One message a delivery over one connection; raises kombu's or redis' error when the broker is away."""
    if not rows:
        return
    with current_app.producer_pool.acquire(block=True, timeout=AWAY_S) as producer:
        for delivery, route, payload, request_id in rows:
            message = {**payload, "delivery": delivery, "request_id": request_id}
            current_app.send_task(route, kwargs=message, producer=producer)


class Relay:
    """Listens for commits that brought events, and sends what is due; looks once a second for what is due by then."""

    def __init__(self) -> None:
        self.stopping = threading.Event()

    def stop(self, *_: object) -> None:
        """End after the batch at hand; a signal handler."""
        self.stopping.set()

    def run(self) -> None:
        """Until stopped. The database or the broker being away is waited for."""
        while not self.stopping.is_set():
            try:
                with psycopg.connect(**address(), autocommit=True, connect_timeout=3) as database:
                    database.execute(f"LISTEN {CHANNEL}")
                    self.carry(database)
            except (psycopg.Error, OSError) as error:
                logger.warning("relay_waits_for_the_database", extra={"error": str(error)})
                self.stopping.wait(AWAY_S)

    def carry(self, database: Connection) -> None:
        """Send until nothing is due, then sleep until a commit wakes us or a second has passed."""
        while not self.stopping.is_set():
            try:
                sent = send_due(database)
            except (OperationalError, RedisError) as error:
                logger.warning("relay_waits_for_the_broker", extra={"error": str(error)})
                self.stopping.wait(AWAY_S)
                continue
            if sent < BATCH:
                for _ in database.notifies(timeout=LONGEST_NAP_S, stop_after=1):
                    pass


def address() -> dict[str, Any]:
    """Where Django's database is, for a plain connection beside it."""
    values = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {ours: values[theirs] for theirs, ours in names.items() if values[theirs]}
