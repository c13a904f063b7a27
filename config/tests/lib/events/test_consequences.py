"""What a consequence changes in the database happens exactly once; what fails rests, and is parked in the end."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import UsernameClaim
from config.lib.events import emit
from config.lib.events.consequences import begin, pause_after
from config.lib.testing import race
from config.models import EventDelivery
from config.tests.lib.events import lamps
from config.tests.lib.events.lamps import LampBroken, LampLit

pytestmark = pytest.mark.django_db(transaction=True)


def delivery_of(event, route: str) -> EventDelivery:
    with transaction.atomic():
        emit(event)
    return EventDelivery.objects.get(route=route)


def names() -> list[str]:
    return sorted(UsernameClaim.objects.values_list("name", flat=True))


def test_the_effect_and_the_stamp_are_one():
    row = delivery_of(LampLit(lamp_id=1), "lamps.note")
    lamps.note(delivery=row.pk, lamp_id=1, house_id=1)
    row.refresh_from_db()
    assert row.done_at is not None
    assert row.attempts == 1
    assert names() == ["lamp-1"]


def test_a_message_that_comes_again_finds_its_delivery_done():
    row = delivery_of(LampLit(lamp_id=1), "lamps.note")
    for _ in range(3):
        lamps.note(delivery=row.pk, lamp_id=1)  # a second effect would break the unique name
    assert names() == ["lamp-1"]
    assert EventDelivery.objects.get(pk=row.pk).attempts == 1


def test_of_eight_workers_with_the_same_message_one_has_the_effect():
    row = delivery_of(LampLit(lamp_id=1), "lamps.note")
    results = race(*[lambda: lamps.note(delivery=row.pk, lamp_id=1)] * 8)
    assert results == [None] * 8
    assert names() == ["lamp-1"]


def test_a_handler_that_fails_leaves_nothing_but_the_reason_and_a_later_time():
    row = delivery_of(LampBroken(lamp_id=1), "lamps.burn")
    before = timezone.now()
    with pytest.raises(OSError, match="the fuse is gone"):
        lamps.burn(delivery=row.pk, lamp_id=1)
    row.refresh_from_db()
    assert names() == []
    assert row.last_error == "OSError: the fuse is gone"
    assert row.due_at >= before + timedelta(seconds=1)
    assert (row.done_at, row.parked_at, row.attempts) == (None, None, 1)


def test_what_always_fails_is_parked_and_what_is_parked_is_left_alone(settings):
    settings.EVENT_ATTEMPTS = 3
    row = delivery_of(LampBroken(lamp_id=1), "lamps.burn")
    for _ in range(3):
        with pytest.raises(OSError, match="fuse"):
            lamps.burn(delivery=row.pk, lamp_id=1)
    row.refresh_from_db()
    assert row.parked_at is not None
    assert lamps.burn(delivery=row.pk, lamp_id=1) is None
    assert EventDelivery.objects.get(pk=row.pk).attempts == 3


def test_attempts_that_kill_their_worker_count_too(settings):
    settings.EVENT_ATTEMPTS = 2
    row = delivery_of(LampBroken(lamp_id=1), "lamps.burn")
    for _ in range(2):
        assert begin(row.pk, at=timezone.now())  # and then the machine is gone
    assert not begin(row.pk, at=timezone.now())
    assert EventDelivery.objects.get(pk=row.pk).parked_at is not None


def test_long_work_is_stamped_when_it_is_received():
    row = delivery_of(LampLit(lamp_id=1), "lamps.repair")
    assert lamps.repair(delivery=row.pk, lamp_id=1) == "repaired 1"
    assert EventDelivery.objects.get(pk=row.pk).done_at is not None


def test_a_task_called_by_hand_needs_no_delivery():
    lamps.note(lamp_id=9)
    assert names() == ["lamp-9"]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (40, 600)])
def test_pauses_double_up_to_ten_minutes(attempts, seconds):
    assert pause_after(attempts) == timedelta(seconds=seconds)
