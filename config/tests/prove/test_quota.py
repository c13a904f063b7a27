"""The ledger of uploads, at length: thousands of random lives, and a storm of eight threads in three ledgers."""

import random
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from accounts.models import User
from billing import services
from billing.models import Plan, Reservation
from billing.services.uploads import LIFETIME
from billing.tests.conftest import assert_balanced, numbers_of
from billing.tests.machine import LedgerMachine
from config.lib.testing import race

pytestmark = pytest.mark.slow

THREADS = 8
STEPS = 250
LIMIT = 1_000
FORESEEN = (services.OverQuota, services.UploadKeySpent, Reservation.DoesNotExist)


@pytest.mark.django_db(transaction=True)
def test_two_thousand_lives_of_a_ledger_agree_with_their_model(owner):
    long = settings(max_examples=2_000, stateful_step_count=15, deadline=None, database=None)
    run_state_machine_as_test(LedgerMachine, settings=long)


class Storm:
    """One thread of the storm: random services on random uploads of three people."""

    def __init__(self, seed: int, *, people: list[User], keys: list[UUID]) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- to be repeated, not to be secret
        self.people = people
        self.keys = keys

    def run(self) -> int:
        """How many acts were refused by a rule; anything else is raised."""
        refused = 0
        for _ in range(STEPS):
            try:
                self.step()
            except FORESEEN:
                refused += 1
        return refused

    def step(self) -> None:
        position = self.chance.randrange(len(self.keys))
        key, user, size = self.keys[position], self.people[position % 3], self.chance.randint(1, 200)
        act, at = self.chance.random(), timezone.now()
        if act < 0.4:
            services.reserve_upload(user=user, key=key, size_bytes=size, duration_ms=size, at=at)
        elif act < 0.65:
            services.settle_upload(key=key, size_bytes=size, duration_ms=size, at=at)
        elif act < 0.8:
            services.release_upload(key=key, at=at)
        elif act < 0.95:
            self.keys[position] = uuid4()
        else:
            services.release_expired(at=at + LIFETIME)


@pytest.mark.django_db(transaction=True)
def test_a_storm_leaves_every_ledger_balanced_and_within_its_limit(make_user, default_plan, patient_locks):
    Plan.objects.update(storage_bytes=LIMIT)
    people = [make_user(name) for name in ("owner", "fan", "stranger")]
    keys = [uuid4() for _ in range(30)]
    refused = race(*[Storm(seed, people=people, keys=keys).run for seed in range(THREADS)])
    assert all(isinstance(count, int) for count in refused), refused
    assert 0 < sum(refused) < THREADS * STEPS
    assert Reservation.objects.count() > len(keys)
    assert_balanced(*people)
    for user in people:
        reserved, used = numbers_of(user)
        assert (reserved + used).bytes <= LIMIT
