"""What happened follows from the commit, and a broker that is away takes nothing with it."""

import logging
from dataclasses import FrozenInstanceError, dataclass

import pytest
from celery import Celery
from django.conf import settings
from django.db import transaction

from config.lib.events import Event, dispatch, emit
from config.lib.testing import emitted

OPTIONS = {"max_retries": 0, "connect_retries_timeout": 0.1, "socket_connect_timeout": 1}


def application(broker: str) -> Celery:
    app = Celery("of-this-test", broker=broker, set_as_current=False)
    app.conf.update(
        broker_transport_options=OPTIONS,
        broker_connection_retry=False,
        task_default_queue="of-this-test",
        task_publish_retry=False,
        task_ignore_result=True,
    )
    return app


here = application(settings.CELERY_BROKER_URL)
away = application("redis://127.0.0.1:1/0")


@here.task(name="of_this_test.follow")
def follow(**facts: object) -> None:
    """Waits in the queue; nobody works here."""


@away.task(name="of_this_test.get_lost")
def get_lost(**facts: object) -> None:
    """Never gets anywhere."""


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    lamp_id: int


@dataclass(frozen=True, kw_only=True)
class LampBroken(Event):
    lamp_id: int


@dataclass(frozen=True, kw_only=True)
class LampForgotten(Event):
    """Stands in no table."""


ROUTES = {LampLit: (follow, follow), LampBroken: (get_lost, follow)}


@pytest.fixture(autouse=True)
def routes(settings):
    settings.EVENT_ROUTES = "config.tests.lib.test_events.ROUTES"


@pytest.fixture
def queued():
    """The number of tasks that wait."""
    with here.connection_for_write() as connection:
        channel = connection.default_channel
        channel.client.delete("of-this-test")
        yield lambda: channel.client.llen("of-this-test")
        channel.client.delete("of-this-test")


@pytest.mark.django_db(transaction=True)
def test_tasks_follow_once_the_transaction_has_committed_and_not_before(queued):
    with transaction.atomic():
        emit(LampLit(lamp_id=1))
        assert queued() == 0
    assert queued() == 2


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_has_not_happened(queued):
    with transaction.atomic():
        emit(LampLit(lamp_id=1))
        transaction.set_rollback(True)
    assert queued() == 0


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_is_logged_and_stops_neither_the_request_nor_the_other_tasks(queued, caplog):
    with caplog.at_level(logging.ERROR), transaction.atomic():
        emit(LampBroken(lamp_id=1))
    assert queued() == 1
    [record] = caplog.records
    assert (record.message, record.event_type, record.task) == ("event_not_sent", "LampBroken", "of_this_test.get_lost")


def test_an_event_that_stands_in_no_table_is_a_mistake():
    with pytest.raises(KeyError):
        dispatch(LampForgotten())


def test_an_event_is_a_fact_and_does_not_change():
    with pytest.raises(FrozenInstanceError):
        LampLit(lamp_id=1).lamp_id = 2  # type: ignore[misc]


@pytest.mark.django_db
def test_a_test_sees_what_would_follow_and_nothing_else():
    with emitted() as events:
        emit(LampLit(lamp_id=1))
        transaction.on_commit(lambda: None)
        with transaction.atomic():
            emit(LampLit(lamp_id=2))
            transaction.set_rollback(True)
    assert events == [LampLit(lamp_id=1)]
