"""A person's ledger beside a model of it that is a dictionary: whatever happens, they say the same."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import User
from billing import services
from billing.amounts import NOTHING, Amount
from billing.models import Plan, Reservation, Usage
from billing.services.uploads import LEAST_MS, LIFETIME
from billing.tests.conftest import assert_balanced

MINUTE_MS = 60_000
amounts = st.builds(Amount, st.integers(0, 60), st.integers(1, 3 * MINUTE_MS))
room = st.none() | st.integers(0, 150)


@dataclass(frozen=True)
class Entry:
    """What the model knows of an upload; `counts` is what it takes at the moment."""

    state: str
    announced: Amount
    counts: Amount
    until: datetime


class LedgerMachine(RuleBasedStateMachine):
    """Reserves, settles, releases, lets time pass and changes the plan, in any order."""

    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.user = User.objects.get(username="owner")
        Usage.objects.all().delete()
        self.entries: dict[UUID, Entry] = {}
        self.now = datetime(2031, 1, 1, tzinfo=UTC)
        self.set_plan(storage_bytes=100, upload_minutes=5, bytes_per_upload=None)

    def set_plan(self, **limits: int | None) -> None:
        Plan.objects.filter(is_default=True).update(**limits)
        self.limits = Plan.objects.get(is_default=True).limits

    def taken(self) -> Amount:
        return sum((entry.counts for entry in self.entries.values()), NOTHING)

    def fits(self, holds: Amount, asks: Amount) -> bool:
        """The rule, said once more in other words."""
        more, taken = asks - holds, self.taken()
        limits = (
            (asks.bytes, more.bytes, self.limits.per_upload_bytes),
            (taken.bytes + more.bytes, more.bytes, self.limits.storage_bytes),
            (taken.duration_ms + more.duration_ms, more.duration_ms, self.limits.upload_ms),
        )
        return all(grown <= 0 or limit is None or total <= limit for total, grown, limit in limits)

    def attempt(self, act, *, expected: type[Exception] | None) -> None:
        """The service does what the model says that it does."""
        try:
            act()
            raised = None
        except (services.OverQuota, services.UploadKeySpent, Reservation.DoesNotExist) as error:
            raised = type(error)
        assert raised is expected

    def announce(self, key: UUID, amount: Amount, *, known: bool) -> None:
        entry = self.entries.get(key, Entry("lapsed", amount, NOTHING, self.now))
        expected = None
        if entry.state == "released":
            expected = services.UploadKeySpent
        elif entry.state != "settled" and not self.fits(entry.counts, entry.announced):
            expected = services.OverQuota
        elif entry.state != "settled":
            self.entries[key] = replace(entry, state="reserved", counts=entry.announced, until=self.now + LIFETIME)
        duration_ms = amount.duration_ms if known else None
        self.attempt(
            lambda: services.reserve_upload(
                user=self.user, key=key, size_bytes=amount.bytes, duration_ms=duration_ms, at=self.now
            ),
            expected=expected,
        )

    @rule(target=keys, amount=amounts)
    def reserve(self, amount: Amount) -> UUID:
        key = uuid4()
        self.announce(key, amount, known=True)
        return key

    @rule(target=keys, size_bytes=st.integers(0, 60))
    def reserve_without_duration(self, size_bytes: int) -> UUID:
        key = uuid4()
        self.announce(key, Amount(size_bytes, LEAST_MS), known=False)
        return key

    @rule(key=keys, amount=amounts)
    def reserve_again(self, key: UUID, amount: Amount) -> None:
        self.announce(key, amount, known=True)

    @rule(key=keys, amount=amounts)
    def settle(self, key: UUID, amount: Amount) -> None:
        entry = self.entries.get(key)
        expected: type[Exception] | None = None
        if entry is None:
            expected = Reservation.DoesNotExist
        elif entry.state == "released":
            expected = services.UploadKeySpent
        elif entry.state != "settled" and not self.fits(entry.counts, amount):
            expected = services.OverQuota
        elif entry.state != "settled":
            self.entries[key] = replace(entry, state="settled", counts=amount)
        self.attempt(
            lambda: services.settle_upload(
                key=key, size_bytes=amount.bytes, duration_ms=amount.duration_ms, at=self.now
            ),
            expected=expected,
        )

    @rule(key=keys)
    def release(self, key: UUID) -> None:
        entry = self.entries.get(key)
        gives_back = entry is not None and entry.state != "released"
        assert services.release_upload(key=key, at=self.now) is gives_back
        if gives_back:
            self.entries[key] = replace(entry, state="released", counts=NOTHING)

    @rule(minutes=st.integers(1, 80))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        late = [key for key, entry in self.entries.items() if entry.state == "reserved" and entry.until <= self.now]
        assert services.release_expired(at=self.now) == len(late)
        for key in late:
            self.entries[key] = replace(self.entries[key], state="lapsed", counts=NOTHING)

    @rule(storage_bytes=room, upload_minutes=st.none() | st.integers(0, 8), bytes_per_upload=room)
    def change_plan(self, **limits: int | None) -> None:
        self.set_plan(**limits)

    @precondition(lambda self: self.entries)
    @rule()
    def recount(self) -> None:
        assert services.recount_usage() == []

    @invariant()
    def the_ledger_says_what_the_model_says(self) -> None:
        usage = Usage.objects.filter(pk=self.user.pk).first()
        assert (usage.taken if usage else NOTHING) == self.taken()

    def teardown(self) -> None:
        if self.entries:
            assert_balanced(self.user)
