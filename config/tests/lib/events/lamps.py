"""Events of a house with lamps, and what follows from them: enough to try the log without the product."""

from dataclasses import dataclass
from typing import ClassVar

from celery import shared_task

from accounts.models import UsernameClaim
from config.lib.events import Event
from config.lib.events.consequences import consequence, long_consequence

ROUTES_PATH = "config.tests.lib.events.lamps.ROUTES"


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    """A lamp gives light."""

    topics: ClassVar[tuple[str, ...]] = ("lamp:{lamp_id}", "house:{house_id}")
    lamp_id: int
    house_id: int = 1


@dataclass(frozen=True, kw_only=True)
class LampBroken(Event):
    """A lamp gives no light any more."""

    lamp_id: int


@dataclass(frozen=True, kw_only=True)
class LampForgotten(Event):
    """Nobody listens, on purpose."""

    lamp_id: int


def name_of(lamp_id: int) -> str:
    return f"lamp-{lamp_id}"


@consequence(name="lamps.note")
def note(*, lamp_id: int, **_: object) -> None:
    """An effect in the database that fails when it happens twice: a row of that name is there once."""
    UsernameClaim.objects.create(name=name_of(lamp_id), expires_at="2030-01-01T00:00Z")


@consequence(name="lamps.burn")
def burn(*, lamp_id: int, **_: object) -> None:
    UsernameClaim.objects.create(name=f"burn-{lamp_id}", expires_at="2030-01-01T00:00Z")
    raise OSError("the fuse is gone")


@long_consequence(name="lamps.repair")
def repair(*, lamp_id: int, **_: object) -> str:
    return f"repaired {lamp_id}"


@shared_task(name="lamps.plain")
def plain(**_: object) -> None:
    """A task that stamps nothing."""


ROUTES = {LampLit: (note, repair), LampBroken: (burn,), LampForgotten: ()}
