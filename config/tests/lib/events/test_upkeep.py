"""Partitions and the operator's commands."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from config.lib.events import emit
from config.lib.events.partitions import DAYS_AHEAD, days, keep_partitions
from config.models import DomainEvent, EventDelivery
from config.tasks import keep_partitions as keep_task
from config.tests.lib.events.lamps import LampBroken, LampLit

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
AT = datetime(2031, 3, 30, 12, tzinfo=UTC)


def age(by: timedelta) -> None:
    """Move every event and delivery into the past."""
    DomainEvent.objects.update(created_at=AT - by)
    EventDelivery.objects.update(created_at=AT - by)


def told(*words: str) -> str:
    out = StringIO()
    call_command("events", *words, stdout=out)
    return out.getvalue()


def test_the_days_ahead_are_made_once_and_take_what_waited_for_them():
    emit(LampLit(lamp_id=1))
    age(timedelta())
    assert keep_partitions(at=AT) == (2 * (DAYS_AHEAD + 1), 0)
    assert keep_partitions(at=AT) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM config_domainevent_20310330")
        assert cursor.fetchone() == (1,)
    assert DomainEvent.objects.count() == 1


def test_a_week_is_kept_and_what_is_older_is_dropped():
    emit(LampLit(lamp_id=1))
    age(8 * DAY)
    keep_partitions(at=AT - 8 * DAY)
    EventDelivery.objects.update(done_at=AT)
    assert keep_partitions(at=AT - DAY)[1] == 0
    assert keep_partitions(at=AT)[1] == 1
    assert DomainEvent.objects.count() == EventDelivery.objects.count() == 0
    assert min(days("config_domainevent")) == (AT - 7 * DAY).date()


def test_a_day_with_something_still_to_follow_stays():
    emit(LampLit(lamp_id=1))
    age(20 * DAY)
    keep_partitions(at=AT - 20 * DAY)
    keep_partitions(at=AT)
    assert EventDelivery.objects.count() == 2


def test_the_task_keeps_the_real_days():
    keep_task()
    assert timezone.now().date() in set(days("config_eventdelivery"))


def test_show_tells_what_waits_and_what_is_parked_and_why():
    with transaction.atomic():
        emit(LampLit(lamp_id=1))
        emit(LampBroken(lamp_id=2))
    EventDelivery.objects.filter(route="lamps.burn").update(parked_at=AT, attempts=10, last_error="OSError: fuse")
    said = told("show")
    assert "lamps.note                       waiting      1  parked    0  lag" in said
    assert "lamps.burn                       waiting      0  parked    1" in said
    assert "{'lamp_id': 2} after 10: OSError: fuse" in said


def test_retry_lets_parked_deliveries_be_tried_anew():
    emit(LampBroken(lamp_id=1))
    emit(LampBroken(lamp_id=2))
    EventDelivery.objects.update(parked_at=AT, attempts=10)
    first, second = EventDelivery.objects.order_by("pk")
    assert f"would retry {first.pk} lamps.burn" in told("retry", "--dry-run", str(first.pk))
    assert EventDelivery.objects.filter(parked_at=None).count() == 0
    assert told("retry", str(first.pk)) == "1 deliveries will be tried anew\n"
    assert list(EventDelivery.objects.filter(parked_at=None).values_list("pk", "attempts")) == [(first.pk, 0)]
    assert told("retry") == "1 deliveries will be tried anew\n"
    assert EventDelivery.objects.get(pk=second.pk).parked_at is None
    assert told("retry") == "0 deliveries will be tried anew\n"


def test_keep_tells_what_it_did():
    assert "partitions made, 0 days dropped" in told("keep")
