"""What was charged to one person counts against another: all of it or nothing, and every ledger stays a sum."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest
from django.db import connections, transaction

from billing import services
from billing.amounts import Amount
from billing.models import Reservation
from billing.tests.conftest import assert_balanced, numbers_of
from config.lib.testing import race, wait_for_a_waiter

NOTHING = Amount()


@pytest.fixture
def charged(owner, at):
    """Two uploads of the owner's, 30 bytes and ms settled and 10 bytes reserved; their keys."""
    settled, reserved = uuid4(), uuid4()
    services.reserve_upload(user=owner, key=settled, size_bytes=30, duration_ms=30, at=at)
    services.settle_upload(key=settled, size_bytes=30, duration_ms=30, at=at)
    services.reserve_upload(user=owner, key=reserved, size_bytes=10, duration_ms=10, at=at)
    return [settled, reserved]


@pytest.mark.django_db
@pytest.mark.parametrize("move", [services.move_uploads, services.inherit_uploads])
def test_all_of_it_moves_once(owner, stranger, charged, at, move):
    assert [move(keys=[*charged, uuid4()], user_id=stranger.pk, at=at) for _ in range(2)] == [2, 0]
    assert numbers_of(owner) == (NOTHING, NOTHING)
    assert numbers_of(stranger) == (Amount(10, 10), Amount(30, 30))
    assert_balanced(owner, stranger)


@pytest.mark.django_db
def test_what_was_given_back_stays_where_it_is(owner, stranger, charged, at):
    services.release_upload(key=charged[0], at=at)
    assert services.move_uploads(keys=charged, user_id=stranger.pk, at=at) == 1
    assert Reservation.objects.get(key=charged[0]).usage_id == owner.pk
    assert_balanced(owner, stranger)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"storage_bytes": 39}, "storage_bytes"),
        ({"bytes_per_upload": 29}, "per_upload_bytes"),
        ({"upload_minutes": 0}, "per_upload_ms"),
    ],
)
def test_without_room_for_all_of_it_nothing_moves_unless_it_is_inherited(
    owner, stranger, charged, at, limit, limits, named
):
    limit(**limits, minutes_per_upload=limits.get("upload_minutes"))
    with pytest.raises(services.OverQuota) as refusal:
        services.move_uploads(keys=charged, user_id=stranger.pk, at=at)
    assert refusal.value.facts["limit"] == named
    assert numbers_of(stranger) == (NOTHING, NOTHING)
    assert services.inherit_uploads(keys=charged, user_id=stranger.pk, at=at) == 2
    assert_balanced(owner, stranger)


@pytest.mark.django_db
def test_time_in_total_is_a_limit_too(owner, stranger, charged, at, limit):
    limit(upload_minutes=0)
    with pytest.raises(services.OverQuota) as refusal:
        services.move_uploads(keys=charged, user_id=stranger.pk, at=at)
    assert refusal.value.facts["limit"] == "upload_ms"


@pytest.mark.django_db
def test_what_was_moved_is_settled_and_released_where_it_is(owner, stranger, charged, at):
    services.move_uploads(keys=charged, user_id=stranger.pk, at=at)
    services.settle_upload(key=charged[1], size_bytes=12, duration_ms=12, at=at)
    services.release_upload(key=charged[0], at=at)
    assert numbers_of(stranger) == (NOTHING, Amount(12, 12))
    with pytest.raises(services.UploadKeySpent):
        services.reserve_upload(user=owner, key=charged[1], size_bytes=1, at=at)
    assert_balanced(owner, stranger)


@pytest.mark.django_db(transaction=True)
def test_to_and_fro_settled_and_released_at_once_stays_exact(owner, stranger, make_user, charged, at, patient_locks):
    third = make_user("third")
    people = [owner, stranger, third]
    for _ in range(10):
        moves = [
            *[partial(services.move_uploads, keys=charged, user_id=person.pk, at=at) for person in people],
            partial(services.settle_upload, key=charged[1], size_bytes=12, duration_ms=12, at=at),
            partial(services.hold_ledgers, keys=charged, user_id=third.pk),
            partial(services.recount_usage),
        ]
        results = race(*moves)
        assert [result for result in results if isinstance(result, Exception)] == []
        assert_balanced(*people)
    released = race(*[partial(services.release_upload, key=charged[0], at=at)] * 3, *moves[:2])
    assert [result for result in released if isinstance(result, Exception)] == []
    assert_balanced(*people)


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_what_is_moved_meanwhile_finds_it_where_it_is_then(owner, stranger, charged, at):
    """The ledger that they have waited for holds it no longer."""

    def release() -> None:
        try:
            services.release_upload(key=charged[1], at=at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            assert services.move_uploads(keys=charged, user_id=stranger.pk, at=at) == 2
            released = threads.submit(release)
            wait_for_a_waiter()
        released.result(timeout=60)
    assert numbers_of(stranger) == (NOTHING, Amount(30, 30))
    assert_balanced(owner, stranger)
