"""An event is a row before it is a message."""

import pytest
import structlog
from django.db import IntegrityError, transaction

from config.lib.events import EventOutsideTransaction, emit
from config.lib.testing import emitted
from config.models import DomainEvent, EventDelivery
from config.tests.lib.events.lamps import LampBroken, LampForgotten, LampLit


@pytest.mark.django_db
def test_an_event_is_written_with_a_delivery_for_each_of_its_routes():
    with structlog.contextvars.bound_contextvars(request_id="of-this-request"):
        emit(LampLit(lamp_id=7))

    row = DomainEvent.objects.get()
    assert (row.type, row.payload) == ("config.LampLit", {"lamp_id": 7, "house_id": 1})
    assert row.topics == ["lamp:7", "house:1"]
    assert row.request_id == "of-this-request"
    deliveries = EventDelivery.objects.order_by("route").values_list("event_id", "route", "payload", "request_id")
    facts = {"lamp_id": 7, "house_id": 1}
    assert list(deliveries) == [
        (row.pk, "lamps.note", facts, "of-this-request"),
        (row.pk, "lamps.repair", facts, "of-this-request"),
    ]


@pytest.mark.django_db
def test_an_event_that_nobody_hears_is_written_all_the_same():
    emit(LampForgotten(lamp_id=7))
    assert DomainEvent.objects.count() == 1
    assert EventDelivery.objects.count() == 0


@pytest.mark.django_db
def test_what_is_rolled_back_has_not_happened():
    with emitted() as events, transaction.atomic():
        emit(LampBroken(lamp_id=7))
        transaction.set_rollback(True)
    assert events == []
    assert EventDelivery.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_ties_an_event_to_the_truth():
    with pytest.raises(EventOutsideTransaction):
        emit(LampLit(lamp_id=7))
    assert DomainEvent.objects.count() == 0


@pytest.mark.django_db
def test_emitting_is_one_round_trip(django_assert_num_queries):
    with django_assert_num_queries(1):
        emit(LampLit(lamp_id=7))


@pytest.mark.django_db
def test_the_helper_of_tests_gives_back_what_was_emitted():
    with emitted() as events:
        emit(LampLit(lamp_id=7))
        emit(LampBroken(lamp_id=8))
    assert events == [LampLit(lamp_id=7), LampBroken(lamp_id=8)]


@pytest.mark.django_db
def test_an_event_is_delivered_once_to_a_route_because_the_schema_says_so():
    emit(LampBroken(lamp_id=7))
    row = EventDelivery.objects.get()
    again = EventDelivery(
        created_at=row.created_at, event_id=row.event_id, route=row.route, payload={}, due_at=row.created_at
    )
    with pytest.raises(IntegrityError, match="event_id, route"):
        again.save(force_insert=True)
