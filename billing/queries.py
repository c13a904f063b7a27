"""Answers that are not rows of one model."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from billing.amounts import Amount
from billing.entitlements import Entitlements
from billing.models import Plan, Usage
from billing.querysets import SUMS


@dataclass(frozen=True, kw_only=True)
class Consumption:
    """What a person has taken, beside what they may; `downloads` are those of the day that ends at `day_ends_at`."""

    entitlements: Entitlements
    used: Amount
    reserved: Amount
    downloads: int
    day_ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A number of a usage row that is not the sum of its reservations."""

    user_id: int
    column: str
    stored: int
    true: int


def entitlements(user: Any) -> Entitlements:
    """The plan that a person, or nobody, has and what it grants; one query."""
    return entitlements_of(user.pk)


def entitlements_of(user_id: int | None) -> Entitlements:
    """The same by id."""
    plan = Plan.objects.granted_to(user_id).get()
    return Entitlements(plan=plan.code, limits=plan.limits, features=plan.features)


def plan_that_lifts(*, limit: str, needed: int) -> str | None:
    """The code of the smallest plan on offer whose `limit` (a field of Limits) leaves room for `needed`."""
    for plan in Plan.objects.offered().order_by("position", "pk"):
        allowed = getattr(plan.limits, limit)
        if allowed is None or allowed >= needed:
            return plan.code
    return None


def day_of(at: datetime) -> date:
    """The day on which a download counts: days are those of UTC."""
    return at.astimezone(UTC).date()


def downloads_on(day: date, *, usage: Usage) -> int:
    """How many downloads a person took on that day."""
    return usage.downloads if usage.downloads_day == day else 0


def consumption(*, user: Any, at: datetime) -> Consumption:
    """What a person has taken by now, beside what their plan grants; two queries."""
    usage = Usage.objects.filter(pk=user.pk).first() or Usage(pk=user.pk)
    today = day_of(at)
    return Consumption(
        entitlements=entitlements(user),
        used=Amount(usage.used_bytes, usage.used_ms),
        reserved=Amount(usage.reserved_bytes, usage.reserved_ms),
        downloads=downloads_on(today, usage=usage),
        day_ends_at=datetime(today.year, today.month, today.day, tzinfo=UTC) + timedelta(days=1),
    )


def drifts() -> list[Drift]:
    """Every number that is wrong. One statement, so that services at work beside it are seen whole or not at all."""
    return [drift for usage in Usage.objects.drifted() for drift in drifts_of(usage)]


def drifts_of(usage: Any) -> list[Drift]:
    """The wrong numbers of one row of `drifted()`."""
    pairs = {column: (getattr(usage, column), getattr(usage, f"true_{column}")) for column in SUMS}
    return [
        Drift(user_id=usage.pk, column=column, stored=stored, true=true)
        for column, (stored, true) in pairs.items()
        if stored != true
    ]
