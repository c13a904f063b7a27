"""Services that meet in one ledger: real threads, real locks, every pair. Exact, balanced, and no deadlock."""

from itertools import combinations_with_replacement
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from billing import services
from billing.amounts import NOTHING, Amount
from billing.models import Reservation
from billing.services.uploads import LIFETIME
from billing.tests.conftest import assert_balanced, numbers_of
from config.lib.testing import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patient_locks")]

CROWD = 24
TRIALS = 10
SIZE = Amount(100, 1_000)


def now():
    return timezone.now()


def reserve(user, key: UUID) -> Reservation:
    return services.reserve_upload(user=user, key=key, size_bytes=SIZE.bytes, duration_ms=SIZE.duration_ms, at=now())


def settle(key: UUID) -> Reservation:
    return services.settle_upload(key=key, size_bytes=SIZE.bytes, duration_ms=SIZE.duration_ms, at=now())


def test_of_many_uploads_with_room_for_one_exactly_one_is_taken_every_time(owner, limit):
    limit(storage_bytes=SIZE.bytes)
    # The first time nobody has a usage row yet, and making it lines them up; from then on only the lock does.
    for _ in range(TRIALS):
        results = race(*[lambda: reserve(owner, uuid4())] * CROWD)
        taken = [result for result in results if isinstance(result, Reservation)]
        refused = [result for result in results if isinstance(result, services.OverQuota)]
        assert (len(taken), len(refused)) == (1, CROWD - 1), results
        assert numbers_of(owner) == (SIZE, NOTHING)
        assert_balanced(owner)
        services.release_upload(key=taken[0].key, at=now())


def test_of_many_files_that_turn_out_too_long_exactly_as_many_are_charged_as_fit(owner, limit):
    limit(upload_minutes=1)
    keys = [uuid4() for _ in range(8)]
    for key in keys:
        services.reserve_upload(user=owner, key=key, size_bytes=1, at=now())
    results = race(
        *[lambda key=key: services.settle_upload(key=key, size_bytes=1, duration_ms=20_000, at=now()) for key in keys]
    )
    refused = [result for result in results if isinstance(result, services.OverQuota)]
    # The five and more that are still reserved hold a millisecond each, so that the third does not fit.
    assert len(refused) == len(keys) - 2, results
    assert_balanced(owner)


def test_one_upload_that_is_announced_by_many_is_one(owner):
    key = uuid4()
    results = race(*[lambda: reserve(owner, key)] * CROWD)
    assert {result.pk for result in results} == {Reservation.objects.get().pk}
    assert numbers_of(owner) == (SIZE, NOTHING)


def test_one_upload_is_charged_once_and_given_back_once_by_many(owner):
    key = uuid4()
    reserve(owner, key)
    race(*[lambda: settle(key)] * CROWD)
    assert numbers_of(owner) == (NOTHING, SIZE)
    results = race(*[lambda: services.release_upload(key=key, at=now())] * CROWD)
    assert results.count(True) == 1
    assert numbers_of(owner) == (NOTHING, NOTHING)


def test_of_two_people_with_one_key_one_has_it(owner, stranger):
    for _ in range(TRIALS):
        key = uuid4()
        results = race(lambda key=key: reserve(owner, key), lambda key=key: reserve(stranger, key))
        assert sum(isinstance(result, services.UploadKeySpent) for result in results) == 1, results
    assert Reservation.objects.count() == TRIALS
    assert_balanced(owner, stranger)


MOVES = {
    "reserve": lambda user, key: reserve(user, uuid4()),
    "prolong": reserve,
    "settle": lambda user, key: settle(key),
    "release": lambda user, key: services.release_upload(key=key, at=now()),
    "expire": lambda user, key: services.release_expired(at=now() + LIFETIME),
    "recount": lambda user, key: services.recount_usage(),
    "download": lambda user, key: services.count_download(user=user, at=now()),
}
FORESEEN = (services.OverQuota, services.UploadKeySpent)
PAIRS = list(combinations_with_replacement(MOVES, 2))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_any_two_services_meet_on_one_upload(owner, limit, one, other):
    limit(storage_bytes=SIZE.bytes)
    key = uuid4()
    reserve(owner, key)
    results = race(lambda: MOVES[one](owner, key), lambda: MOVES[other](owner, key))
    strange = [result for result in results if isinstance(result, Exception) and not isinstance(result, FORESEEN)]
    assert strange == []
    assert_balanced(owner)
    reserved, used = numbers_of(owner)
    assert (reserved + used).bytes in {0, SIZE.bytes}


def test_transactions_that_touch_two_uploads_in_opposite_order_do_not_deadlock(owner):
    for _ in range(TRIALS):
        old, new = uuid4(), uuid4()
        reserve(owner, old)
        reserve(owner, new)

        def replace(settled: UUID, released: UUID) -> None:
            with transaction.atomic():
                settle(settled)
                services.release_upload(key=released, at=now())

        results = race(
            lambda old=old, new=new: replace(new, old),
            lambda old=old, new=new: replace(old, new),
            lambda: services.release_expired(at=now() + LIFETIME),
        )
        strange = [result for result in results if isinstance(result, Exception) and not isinstance(result, FORESEEN)]
        assert strange == []
    assert_balanced(owner)
