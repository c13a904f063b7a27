"""The relay sends what is due, once for each time it is due, and waits for whoever is away."""

import json
import threading
import time
from base64 import b64decode
from datetime import timedelta

import psycopg
import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.lib.events import emit, relay
from config.lib.events.relay import Relay, address
from config.lib.events.relay import send_due as send_due_over
from config.lib.testing import race
from config.models import EventDelivery
from config.tests.lib.events.lamps import LampBroken, LampLit

pytestmark = pytest.mark.django_db(transaction=True)


def send_due(**more: int) -> int:
    """As a relay that has just begun."""
    with psycopg.connect(**address(), autocommit=True) as database:
        return send_due_over(database, **more)


def light(*lamps: int) -> None:
    with transaction.atomic():
        for lamp_id in lamps:
            emit(LampLit(lamp_id=lamp_id))


def waiting(broker) -> list[tuple[str, int]]:
    """(task, lamp) of every message in the queue, oldest first."""
    messages = [json.loads(message) for message in reversed(broker.lrange("default", 0, -1))]
    bodies = [json.loads(b64decode(message["body"])) for message in messages]
    return [(message["headers"]["task"], body[1]["lamp_id"]) for message, body in zip(messages, bodies, strict=True)]


def test_every_due_delivery_becomes_one_message(broker):
    light(1, 2)
    assert send_due() == 4
    assert sorted(waiting(broker)) == [("lamps.note", 1), ("lamps.note", 2), ("lamps.repair", 1), ("lamps.repair", 2)]
    assert send_due() == 0


def test_what_is_not_done_in_time_is_sent_again(broker, settings):
    settings.EVENT_RESEND_AFTER_S = 0
    with transaction.atomic():
        emit(LampBroken(lamp_id=1))
    assert [send_due(), send_due()] == [1, 1]
    assert waiting(broker) == [("lamps.burn", 1)] * 2


def test_neither_done_nor_parked_nor_later_deliveries_are_sent(broker):
    light(1, 2, 3)
    now = timezone.now()
    EventDelivery.objects.filter(payload__lamp_id=1).update(done_at=now)
    EventDelivery.objects.filter(payload__lamp_id=2).update(parked_at=now)
    EventDelivery.objects.filter(payload__lamp_id=3).update(due_at=now + timedelta(seconds=5))
    assert send_due() == 0


def test_two_relays_share_the_work_and_send_nothing_twice(broker):
    light(*range(40))
    assert sum(race(*[lambda: send_due(limit=20)] * 4)) == 80
    assert len(waiting(broker)) == len(set(waiting(broker))) == 80


def test_a_broker_that_is_away_leaves_everything_due(monkeypatch):
    light(1)

    def away(*_: object, **__: object) -> None:
        raise OperationalError("nobody there")

    monkeypatch.setattr(current_app, "send_task", away)
    with pytest.raises(OperationalError):
        send_due()
    assert EventDelivery.objects.filter(due_at__lte=timezone.now()).count() == 2


@pytest.fixture
def running():
    """A relay at work in a thread of its own."""
    carrier = Relay()

    def run() -> None:
        carrier.run()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield carrier
    carrier.stop()
    thread.join(timeout=60)
    assert not thread.is_alive()


def until(done, *, seconds: float = 60) -> float:
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < seconds
        time.sleep(0.01)
    return time.monotonic() - begun


def test_a_commit_wakes_the_relay(broker, running):
    light(1)
    until(lambda: len(waiting(broker)) == 2)


def test_a_relay_whose_connections_are_cut_goes_on(broker, running, monkeypatch):
    monkeypatch.setattr(relay, "AWAY_S", 0.1)
    light(1)
    until(lambda: len(waiting(broker)) == 2)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    light(2)
    until(lambda: len(waiting(broker)) == 4)
