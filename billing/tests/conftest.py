"""Plans with room for little, and a look at whether the ledger is right."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from billing.amounts import Amount
from billing.models import Plan, Reservation, Usage
from billing.queries import drifts


@pytest.fixture
def at() -> datetime:
    """Now, as services are told."""
    return timezone.now()


@pytest.fixture
def limit(default_plan):
    """Let the default plan have these limits; what is not named is unlimited."""

    def set_limits(**limits: int) -> Plan:
        unlimited = dict.fromkeys(
            ("upload_minutes", "storage_bytes", "minutes_per_upload", "bytes_per_upload", "downloads_per_day")
        )
        Plan.objects.filter(pk=default_plan.pk).update(**unlimited | limits)
        return Plan.objects.get(pk=default_plan.pk)

    return set_limits


def make_plan(code: str, **says) -> Plan:
    return Plan.objects.create(code=code, name=code.title(), **says)


def numbers_of(user: User) -> tuple[Amount, Amount]:
    """What a person's usage row says is reserved, and used; nothing without a row."""
    usage = Usage.objects.filter(pk=user.pk).first() or Usage()
    return Amount(usage.reserved_bytes, usage.reserved_ms), Amount(usage.used_bytes, usage.used_ms)


def summed(user: User) -> tuple[Amount, Amount]:
    """The same, added up here from the reservations."""
    rows = list(Reservation.objects.filter(usage_id=user.pk))
    reserved = [Amount(row.size_bytes, row.duration_ms) for row in rows if row.state == "reserved"]
    used = [Amount(row.settled_bytes, row.settled_ms) for row in rows if row.state == "settled"]
    return sum(reserved, Amount()), sum(used, Amount())


def assert_balanced(*people: User) -> None:
    """Usage is the sum of the reservations, by our count and by the database's."""
    for user in people:
        assert numbers_of(user) == summed(user)
    assert drifts() == []
