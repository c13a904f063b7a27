"""What an operator looks at and does about deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from config.models import EventDelivery

OPEN = Q(done_at=None, parked_at=None)


@dataclass(frozen=True)
class RouteState:
    """How one route stands: what is due or on its way, what is parked, how long the oldest has waited."""

    route: str
    waiting: int
    parked: int
    lag: timedelta


def states(*, at: datetime) -> list[RouteState]:
    """Every route with something that is not done."""
    rows = (
        EventDelivery.objects.filter(done_at=None)
        .values("route")
        .annotate(
            waiting=Count("pk", filter=OPEN),
            parked=Count("pk", filter=Q(parked_at__isnull=False)),
            oldest=Min("created_at", filter=OPEN),
        )
        .order_by("route")
    )
    return [
        RouteState(row["route"], row["waiting"], row["parked"], at - row["oldest"] if row["oldest"] else timedelta())
        for row in rows
    ]


def parked(*, limit: int) -> list[EventDelivery]:
    """The deliveries that wait for a person, oldest first."""
    return list(EventDelivery.objects.filter(parked_at__isnull=False).order_by("parked_at")[:limit])


def retry(*, ids: Sequence[int], at: datetime) -> int:
    """Let parked deliveries be tried anew (all of them without ids); the number of them."""
    chosen = EventDelivery.objects.filter(parked_at__isnull=False)
    if ids:
        chosen = chosen.filter(pk__in=ids)
    return chosen.update(parked_at=None, attempts=0, due_at=at)
