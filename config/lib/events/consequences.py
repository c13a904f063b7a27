"""Tasks that follow from events. What they change in the database happens exactly once."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import structlog
from celery import Task, shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.models import EventDelivery

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)

Handler = Callable[..., Any]


def pause_after(attempts: int) -> timedelta:
    """How long a consequence that failed so often rests: 1, 2, 4 … seconds, ten minutes at most."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, 20)))


def consequence(*, name: str) -> Callable[[Handler], "Task[..., Any]"]:
    """A task whose database effects and whose stamp "done" are one transaction."""

    def decorate(handler: Handler) -> "Task[..., Any]":
        return as_task(name, handler, settle)

    return decorate


def long_consequence(*, name: str) -> Callable[[Handler], "Task[..., Any]"]:
    """A task that takes minutes: stamped when it is received, because the row it works on has a lease of its own."""

    def decorate(handler: Handler) -> "Task[..., Any]":
        return as_task(name, handler, receive)

    return decorate


def as_task(name: str, handler: Handler, carry_out: Callable[[int, Handler, dict[str, Any]], Any]) -> "Task[..., Any]":
    """The Celery task. Called without a delivery (by hand, by beat) it is the handler and nothing else."""

    @wraps(handler)
    def run(*, delivery: int | None = None, request_id: str = "", **facts: Any) -> Any:
        if delivery is None:
            return handler(**facts)
        with structlog.contextvars.bound_contextvars(request_id=request_id, delivery=delivery):
            return carry_out(delivery, handler, facts)

    task: Task[..., Any] = shared_task(name=name)(run)
    return task


def settle(delivery: int, handler: Handler, facts: dict[str, Any]) -> Any:
    """Run the handler and stamp its delivery, both or neither. What fails rests and is sent again, or is parked."""
    if not begin(delivery, at=timezone.now()):
        return None
    try:
        with transaction.atomic():
            if not lock(delivery):
                return None
            result = handler(**facts)
            EventDelivery.objects.filter(pk=delivery).update(done_at=timezone.now())
            return result
    except Exception as error:
        record_failure(delivery, error, at=timezone.now())
        raise


def receive(delivery: int, handler: Handler, facts: dict[str, Any]) -> Any:
    """Stamp the delivery, then run the handler: its own row says what is still to do."""
    EventDelivery.objects.filter(pk=delivery, done_at=None, parked_at=None).update(done_at=timezone.now())
    return handler(**facts)


def begin(delivery: int, *, at: datetime) -> bool:
    """Count the attempt before it is made, so that one that kills its worker counts too; park what was tried enough."""
    due = EventDelivery.objects.filter(pk=delivery, done_at=None, parked_at=None)
    if due.filter(attempts__gte=settings.EVENT_ATTEMPTS).update(parked_at=at):
        logger.error("delivery_parked", extra={"delivery": delivery})
        return False
    return bool(due.update(attempts=F("attempts") + 1))


def lock(delivery: int) -> bool:
    """Hold the delivery until the transaction ends; False when another worker has it, or it is done."""
    due = EventDelivery.objects.filter(pk=delivery, done_at=None, parked_at=None)
    return due.select_for_update(skip_locked=True).first() is not None


def record_failure(delivery: int, error: Exception, *, at: datetime) -> None:
    """Say why, and when the next attempt is due; after the last one the delivery is parked for a person to look at."""
    row = EventDelivery.objects.get(pk=delivery)
    row.last_error = f"{type(error).__name__}: {error}"[:500]
    row.due_at = at + pause_after(row.attempts)
    if row.attempts >= settings.EVENT_ATTEMPTS:
        row.parked_at = at
        logger.error("delivery_parked", extra={"delivery": delivery, "route": row.route})
    row.save(update_fields=["last_error", "due_at", "parked_at"])
