"""What an operator looks at and does about deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from config.models import EventDelivery

OPEN = Q(done_at=None, parked_at=None)
PARKED = Q(parked_at__isnull=False)


@dataclass(frozen=True)
class RouteState:
    """How one route stands: what is not done, what of it is to be sent now, what is parked, how long the oldest of what
    is not done has waited."""

    route: str
    waiting: int = 0
    due: int = 0
    parked: int = 0
    lag: timedelta = timedelta()


def states(*, at: datetime) -> list[RouteState]:
    """Every route with something that is not done. Two small indexes answer, however long the log is."""
    rows = (
        EventDelivery.objects.filter(OPEN | PARKED)
        .values("route")
        .annotate(
            waiting=Count("pk", filter=OPEN),
            due=Count("pk", filter=OPEN & Q(due_at__lte=at)),
            parked=Count("pk", filter=PARKED),
            oldest=Min("created_at", filter=OPEN),
        )
        .order_by("route")
    )
    return [
        RouteState(
            route=row["route"],
            waiting=row["waiting"],
            due=row["due"],
            parked=row["parked"],
            lag=at - row["oldest"] if row["oldest"] else timedelta(),
        )
        for row in rows
    ]


def parked(*, limit: int) -> list[EventDelivery]:
    """The deliveries that wait for a person, oldest first."""
    return list(EventDelivery.objects.filter(PARKED).order_by("parked_at")[:limit])


def retry(*, ids: Sequence[int], at: datetime) -> int:
    """Let parked deliveries be tried anew (all of them without ids); the number of them."""
    chosen = EventDelivery.objects.filter(PARKED)
    if ids:
        chosen = chosen.filter(pk__in=ids)
    return chosen.update(parked_at=None, attempts=0, due_at=at)
