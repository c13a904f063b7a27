from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from billing.choices import ReservationState
from config.lib.viewer import Viewer

if TYPE_CHECKING:
    from billing.models import Plan, Reservation, Usage  # noqa: F401 -- named in strings below

RESERVED = Q(reservations__state=ReservationState.RESERVED)
SETTLED = Q(reservations__state=ReservationState.SETTLED)
# What each number of a usage row is the sum of.
SUMS = {
    "reserved_bytes": Sum("reservations__size_bytes", filter=RESERVED),
    "reserved_ms": Sum("reservations__duration_ms", filter=RESERVED),
    "used_bytes": Sum("reservations__settled_bytes", filter=SETTLED),
    "used_ms": Sum("reservations__settled_ms", filter=SETTLED),
}


class PlanQuerySet(QuerySet["Plan"]):
    def visible_to(self, viewer: Viewer) -> "PlanQuerySet":
        """The plans that anybody may take."""
        return self.offered()

    def offered(self) -> "PlanQuerySet":
        """The plans that are not archived."""
        return self.filter(is_archived=False)

    def granted_to(self, user_id: int | None) -> "PlanQuerySet":
        """The plan that a person has: the one that their account names, else the default one. Nobody has that too."""
        named = User.objects.filter(Q(pk=user_id)).values("plan")
        return self.filter(Q(code__in=named) | Q(is_default=True)).order_by("is_default")[:1]


class UsageQuerySet(QuerySet["Usage"]):
    def drifted(self) -> "UsageQuerySet":
        """Rows that differ from the sum of their reservations, which is added to each as `true_<column>`."""
        sums: dict[str, Any] = {f"true_{column}": Coalesce(total, 0) for column, total in SUMS.items()}
        differs = Q()
        for column in SUMS:
            differs |= ~Q(**{column: F(f"true_{column}")})
        return self.annotate(**sums).filter(differs).order_by("pk")


class ReservationQuerySet(QuerySet["Reservation"]):
    def overdue(self, *, at: datetime) -> "ReservationQuerySet":
        """Room that was set aside for an upload of which nothing has been heard for too long."""
        return self.filter(state=ReservationState.RESERVED, expires_at__lte=at)

    def released_before(self, moment: datetime) -> "ReservationQuerySet":
        """Those that count nothing any more since before then."""
        return self.filter(state=ReservationState.RELEASED, updated_at__lt=moment)
