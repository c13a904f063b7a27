"""Carries due deliveries from the database to the broker: the only place that speaks to it on behalf of events."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import psycopg
from celery import current_app
from django.conf import settings
from django.db import Error as DjangoDatabaseError
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from config.lib.events import CHANNEL
from config.models import EventDelivery

logger = logging.getLogger(__name__)

BATCH = 500
LONGEST_NAP_S = 1.0
BROKER_AWAY_S = 2.0


@transaction.atomic
def send_due(*, limit: int = BATCH) -> int:
    """Send what is due to the broker; the number sent. Two relays share the work, and one killed in between costs a
    second message, which finds its delivery done."""
    now = timezone.now()
    due = EventDelivery.objects.filter(done_at=None, parked_at=None, due_at__lte=now)
    rows = list(due.order_by("due_at").select_for_update(skip_locked=True, no_key=True)[:limit])
    publish(rows)
    again = now + timedelta(seconds=settings.EVENT_RESEND_AFTER_S)
    EventDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=again)
    return len(rows)


def publish(rows: Sequence[EventDelivery]) -> None:
    """One message a delivery over one connection; raises kombu's or redis' error when the broker is away."""
    if not rows:
        return
    with current_app.producer_pool.acquire(block=True, timeout=BROKER_AWAY_S) as producer:
        for row in rows:
            message: dict[str, Any] = {**row.payload, "delivery": row.pk, "request_id": row.request_id}
            current_app.send_task(row.route, kwargs=message, producer=producer)


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
                with psycopg.connect(**listening(), autocommit=True) as channel:
                    channel.execute(f"LISTEN {CHANNEL}")
                    self.carry(channel)
            except (psycopg.Error, DjangoDatabaseError, OSError) as error:
                logger.warning("relay_waits_for_the_database", extra={"error": str(error)})
                connection.close()
                self.stopping.wait(BROKER_AWAY_S)

    def carry(self, channel: "psycopg.Connection[Any]") -> None:
        """Send until nothing is due, then sleep until a commit wakes us or a second has passed."""
        while not self.stopping.is_set():
            try:
                sent = send_due()
            except (OperationalError, RedisError, OSError) as error:
                logger.warning("relay_waits_for_the_broker", extra={"error": str(error)})
                self.stopping.wait(BROKER_AWAY_S)
                continue
            if sent < BATCH:
                for _ in channel.notifies(timeout=LONGEST_NAP_S, stop_after=1):
                    pass


def listening() -> dict[str, Any]:
    """Connection parameters of a plain connection beside Django's pool."""
    values = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {ours: values[theirs] for theirs, ours in names.items() if values[theirs]}
