"""Bells that ring for a person: enough to try sockets without the product."""

from dataclasses import dataclass
from typing import ClassVar

from django.db import OperationalError, connection, transaction

from accounts.models import User
from config.event_routes import ROUTES as PRODUCT_ROUTES
from config.lib.events import Event, emit


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    """Somebody is at the door."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}", "house:{user_id}")
    user_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class BellBroken(Event):
    """The builder of its frame breaks."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)
    user_id: int


@dataclass(frozen=True, kw_only=True)
class BellMuffled(Event):
    """There is nothing to announce after all."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)
    user_id: int


@dataclass(frozen=True, kw_only=True)
class DoorOpened(Event):
    """The builder of its frame asks the database, which is away the first time."""

    topics: ClassVar[tuple[str, ...]] = ("user:{user_id}",)
    user_id: int


def rung(event: BellRung) -> dict[str, object]:
    return {"type": "bell", "number": event.number}


def broken(event: BellBroken) -> dict[str, object]:
    raise LookupError("no clapper")


def muffled(event: BellMuffled) -> None:
    return None


absences: list[str] = []


def opened(event: DoorOpened) -> dict[str, object]:
    if absences:
        raise OperationalError(absences.pop())
    with connection.cursor() as cursor:
        cursor.execute("SELECT username FROM accounts_user WHERE id = %s", [event.user_id])
        return {"type": "door", "username": cursor.fetchone()[0]}


ROUTES = {**PRODUCT_ROUTES, BellRung: (), BellBroken: (), BellMuffled: (), DoorOpened: ()}
FRAMES = {
    "user": {BellRung: rung, BellBroken: broken, BellMuffled: muffled, DoorOpened: opened},
    "house": {BellRung: rung},
}


def ring(user: User, *numbers: int) -> None:
    """Each in a transaction of its own."""
    for number in numbers:
        with transaction.atomic():
            emit(BellRung(user_id=user.pk, number=number))
