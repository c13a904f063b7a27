"""The ledger of uploads: what each verb does in each state, what is refused, what is given back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.services import set_plan
from billing import services, tasks
from billing.amounts import NOTHING, Amount
from billing.models import Reservation, Usage
from billing.services.uploads import LIFETIME
from billing.tests.conftest import assert_balanced, make_plan, numbers_of
from config.lib.advisory import advisory_lock
from config.lib.testing import race

pytestmark = pytest.mark.django_db

ANNOUNCED, TRUE = Amount(100, 1_000), Amount(120, 900)
KEY = uuid4()
SPENT = services.UploadKeySpent


def reserve(user, at, *, key=KEY, amount=ANNOUNCED):
    return services.reserve_upload(user=user, key=key, size_bytes=amount.bytes, duration_ms=amount.duration_ms, at=at)


def settle(at, *, key=KEY, amount=TRUE):
    return services.settle_upload(key=key, size_bytes=amount.bytes, duration_ms=amount.duration_ms, at=at)


VERBS = {
    "reserve": reserve,
    "settle": lambda user, at: settle(at),
    "release": lambda user, at: services.release_upload(key=KEY, at=at),
    "sweep": lambda user, at: services.release_expired(at=at + LIFETIME),
}
WAY_TO = {
    "reserved": ["reserve"],
    "settled": ["reserve", "settle"],
    "lapsed": ["reserve", "sweep"],
    "released": ["reserve", "release"],
}
AFTER = {
    ("reserved", "reserve"): "reserved",
    ("reserved", "settle"): "settled",
    ("reserved", "release"): "released",
    ("reserved", "sweep"): "lapsed",
    ("settled", "reserve"): "settled",
    ("settled", "settle"): "settled",
    ("settled", "release"): "released",
    ("settled", "sweep"): "settled",
    ("lapsed", "reserve"): "reserved",
    ("lapsed", "settle"): "settled",
    ("lapsed", "release"): "released",
    ("lapsed", "sweep"): "lapsed",
    ("released", "reserve"): SPENT,
    ("released", "settle"): SPENT,
    ("released", "release"): "released",
    ("released", "sweep"): "released",
}
COUNTS = {"reserved": (ANNOUNCED, NOTHING), "settled": (NOTHING, TRUE)}


@pytest.mark.parametrize(("state", "verb"), AFTER)
def test_what_a_verb_does_in_a_state(owner, at, state, verb):
    for step in WAY_TO[state]:
        VERBS[step](owner, at)
    after = AFTER[state, verb]
    if after is SPENT:
        with pytest.raises(SPENT):
            VERBS[verb](owner, at)
        after = state
    else:
        VERBS[verb](owner, at)
    assert Reservation.objects.get().state == after
    assert numbers_of(owner) == COUNTS.get(after, (NOTHING, NOTHING))
    assert_balanced(owner)


def test_releasing_twice_gives_back_once(owner, at):
    reserve(owner, at, key=uuid4())
    settle_key = uuid4()
    reserve(owner, at, key=settle_key)
    settle(at, key=settle_key)
    assert services.release_upload(key=settle_key, at=at)
    assert not services.release_upload(key=settle_key, at=at)
    assert numbers_of(owner) == (ANNOUNCED, NOTHING)


def test_what_was_never_reserved_is_not_released_and_cannot_be_settled(at):
    assert not services.release_upload(key=KEY, at=at)
    with pytest.raises(Reservation.DoesNotExist):
        settle(at)
    assert not Usage.objects.exists()


def test_the_first_amounts_stay_and_the_true_ones_replace_them(owner, at):
    reserve(owner, at)
    reserve(owner, at, amount=Amount(5_000, 5_000))
    assert numbers_of(owner) == (ANNOUNCED, NOTHING)
    settle(at)
    settle(at, amount=Amount(1, 1))
    assert numbers_of(owner) == (NOTHING, TRUE)


def test_a_key_of_somebody_else_is_spent(owner, stranger, at):
    reserve(owner, at)
    with pytest.raises(SPENT):
        reserve(stranger, at)
    assert Reservation.objects.get().usage_id == owner.pk


LIMITS = {
    "storage_bytes": ({"storage_bytes": 250}, {"allowed": 250, "used": 200, "requested": 100}),
    "upload_ms": ({"upload_minutes": 1}, {"allowed": 60_000, "used": 59_500, "requested": 1_000}),
    "per_upload_bytes": ({"bytes_per_upload": 99}, {"allowed": 99, "used": 0, "requested": 100}),
    "per_upload_ms": ({"minutes_per_upload": 1}, {"allowed": 60_000, "used": 0, "requested": 60_001}),
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_upload_beyond_a_limit_is_refused_with_everything_that_the_person_needs_to_know(owner, limit, at, name):
    limits, facts = LIMITS[name]
    reserve(owner, at, key=uuid4(), amount=Amount(200, 59_500))
    limit(**limits)
    make_plan("studio", position=1)
    with pytest.raises(services.OverQuota) as refused:
        reserve(owner, at, amount=Amount(100, 60_001 if name == "per_upload_ms" else 1_000))
    assert refused.value.status == 402
    assert refused.value.facts == {"limit": name, "plan": "free", "lifted_by": "studio", **facts}
    assert Reservation.objects.count() == 1
    assert_balanced(owner)


def test_what_fits_exactly_is_taken_and_one_more_is_not(owner, limit, at):
    limit(storage_bytes=100, upload_minutes=1)
    reserve(owner, at, amount=Amount(100, 60_000))
    for more in (Amount(1, 0), Amount(0, 1)):
        with pytest.raises(services.OverQuota):
            reserve(owner, at, key=uuid4(), amount=more)
    assert numbers_of(owner) == (Amount(100, 60_000), NOTHING)


def test_an_upload_of_unknown_duration_is_refused_before_it_is_sent_when_no_time_is_left(owner, limit, at):
    limit(upload_minutes=1)
    services.reserve_upload(user=owner, key=KEY, size_bytes=100, at=at)
    assert numbers_of(owner) == (Amount(100, 1), NOTHING)
    settle(at, amount=Amount(100, 60_000))
    with pytest.raises(services.OverQuota, match="upload_ms"):
        services.reserve_upload(user=owner, key=uuid4(), size_bytes=100, at=at)


def test_a_file_that_turns_out_longer_than_what_is_left_is_refused_and_keeps_its_reservation(owner, limit, at):
    limit(upload_minutes=1)
    reserve(owner, at)
    with pytest.raises(services.OverQuota) as refused:
        settle(at, amount=Amount(100, 60_001))
    assert refused.value.facts["requested"] == 59_001
    assert refused.value.facts["lifted_by"] is None
    assert numbers_of(owner) == (ANNOUNCED, NOTHING)
    assert services.release_upload(key=KEY, at=at)
    assert numbers_of(owner) == (NOTHING, NOTHING)


def test_a_file_that_turns_out_as_large_as_what_is_left_is_charged(owner, limit, at):
    limit(upload_minutes=1, storage_bytes=200)
    reserve(owner, at)
    settle(at, amount=Amount(200, 60_000))
    assert numbers_of(owner) == (NOTHING, Amount(200, 60_000))


def test_a_promise_holds_when_the_plan_shrinks(owner, limit, at):
    reserve(owner, at)
    limit(storage_bytes=10, bytes_per_upload=1)
    reserve(owner, at)
    settle(at, amount=ANNOUNCED)
    assert numbers_of(owner) == (NOTHING, ANNOUNCED)


def test_what_was_given_back_can_be_taken_again(owner, limit, at):
    limit(storage_bytes=100)
    reserve(owner, at)
    settle(at, amount=ANNOUNCED)
    with pytest.raises(services.OverQuota):
        reserve(owner, at, key=uuid4())
    services.release_upload(key=KEY, at=at)
    assert reserve(owner, at, key=uuid4())


def test_the_limits_are_those_of_the_persons_own_plan(owner, stranger, limit, at):
    limit(storage_bytes=99)
    make_plan("studio", storage_bytes=100)
    set_plan(user_id=owner.pk, plan="studio")
    assert reserve(owner, at)
    with pytest.raises(services.OverQuota):
        reserve(stranger, at, key=uuid4())


def test_abandoned_room_is_back_within_the_hour_and_a_live_upload_keeps_its_own(owner, at):
    assert LIFETIME + timedelta(minutes=1) < timedelta(hours=1)
    reserve(owner, at)
    assert services.release_expired(at=at + LIFETIME - timedelta(seconds=1)) == 0
    reserve(owner, at + timedelta(minutes=30))
    assert services.release_expired(at=at + LIFETIME) == 0
    assert services.release_expired(at=at + LIFETIME + timedelta(minutes=30)) == 1
    assert services.release_expired(at=at + LIFETIME + timedelta(minutes=30)) == 0
    assert numbers_of(owner) == (NOTHING, NOTHING)


def test_a_lapsed_upload_comes_back_only_if_there_is_room(owner, limit, at):
    limit(storage_bytes=100)
    reserve(owner, at)
    services.release_expired(at=at + LIFETIME)
    reserve(owner, at, key=uuid4())
    with pytest.raises(services.OverQuota):
        reserve(owner, at)
    with pytest.raises(services.OverQuota):
        settle(at, amount=ANNOUNCED)
    assert numbers_of(owner) == (ANNOUNCED, NOTHING)


def test_a_long_list_of_abandoned_uploads_goes_in_turns(owner, stranger, at, monkeypatch):
    monkeypatch.setattr("billing.services.uploads.SWEEP_MOST", 1)
    reserve(owner, at)
    reserve(stranger, at + timedelta(seconds=1), key=uuid4())
    late = at + LIFETIME + timedelta(minutes=1)
    assert [services.release_expired(at=late) for _ in range(3)] == [1, 1, 0]
    assert_balanced(owner, stranger)


def test_the_task_sweeps_now(owner, at):
    reserve(owner, at - LIFETIME)
    assert (tasks.release_expired(), tasks.release_expired()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_second_sweep_does_nothing_while_one_is_running(owner, at):
    reserve(owner, at)
    with advisory_lock("billing.release_expired") as got:
        assert got
        assert race(lambda: services.release_expired(at=at + LIFETIME)) == [0]
    assert services.release_expired(at=at + LIFETIME) == 1


@pytest.mark.django_db(transaction=True)
def test_a_sweep_passes_over_a_ledger_that_is_being_written(owner, stranger, at):
    reserve(owner, at)
    reserve(stranger, at, key=uuid4())
    with transaction.atomic():
        settle(at)
        assert race(lambda: services.release_expired(at=at + LIFETIME)) == [1]
    assert Reservation.objects.get(usage_id=owner.pk).state == "settled"
    assert_balanced(owner, stranger)


def test_a_failure_of_the_caller_takes_the_ledger_back_too(owner, at):
    def fail() -> None:
        with transaction.atomic():
            reserve(owner, at)
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert not Reservation.objects.exists()


BROKEN = {
    "reservation_once": {"key": KEY},
    "reservation_state_known": {"state": "lost"},
    "settled_has_amounts": {"state": "settled", "settled_bytes": 1},
    "reservation_size_bytes_check": {"size_bytes": -1},
}


@pytest.mark.parametrize("rule", BROKEN)
def test_the_schema_holds_the_rule(owner, at, rule):
    reserve(owner, at)
    row = {"usage_id": owner.pk, "key": uuid4(), "state": "lapsed", "size_bytes": 1, "duration_ms": 1,
           "created_at": at, "updated_at": at, "expires_at": at}  # fmt: skip
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Reservation.objects.create(**row | BROKEN[rule])


def test_usage_cannot_fall_below_nothing(owner, at):
    reserve(owner, at)
    with pytest.raises(IntegrityError, match="reserved_bytes"), transaction.atomic():
        Usage.objects.update(reserved_bytes=-1)
