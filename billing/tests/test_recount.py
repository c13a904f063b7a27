"""`manage.py usage recount`: what is wrong is found, said, and corrected once."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from billing import services
from billing.models import Usage
from billing.queries import Drift, drifts
from billing.services.reconciling import correct_usage
from billing.tests.conftest import assert_balanced

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong(owner, stranger, at):
    """Two ledgers, one of which says nonsense: 100 B are settled, 7 B reserved."""
    for user, size_bytes in ((owner, 100), (stranger, 50)):
        key = uuid4()
        services.reserve_upload(user=user, key=key, size_bytes=size_bytes, duration_ms=10, at=at)
        services.settle_upload(key=key, size_bytes=size_bytes, duration_ms=10, at=at)
        services.reserve_upload(user=user, key=uuid4(), size_bytes=7, duration_ms=1, at=at)
    Usage.objects.filter(pk=owner.pk).update(used_bytes=99, reserved_ms=5)
    return owner


def told(*words: str) -> str:
    out = StringIO()
    call_command("usage", *words, stdout=out)
    return out.getvalue()


def test_every_wrong_number_is_found_and_no_right_one(wrong):
    assert drifts() == [
        Drift(user_id=wrong.pk, column="reserved_ms", stored=5, true=1),
        Drift(user_id=wrong.pk, column="used_bytes", stored=99, true=100),
    ]


def test_a_dry_run_says_what_would_be_and_changes_nothing(wrong):
    for _ in range(2):
        assert told("recount", "--dry-run").splitlines() == [
            f"user {wrong.pk}: reserved_ms was 5, would be 1",
            f"user {wrong.pk}: used_bytes was 99, would be 100",
            "2 numbers are wrong",
        ]


def test_a_recount_corrects_and_twice_is_once(wrong, stranger):
    assert f"user {wrong.pk}: used_bytes was 99, is now 100\n2 numbers were wrong" in told("recount")
    assert_balanced(wrong, stranger)
    assert told("recount") == "0 numbers were wrong\n"


def test_a_row_that_is_right_by_the_time_it_is_locked_stays_as_it_is(stranger, wrong):
    assert correct_usage(user_id=stranger.pk) == []


def test_a_ledger_without_reservations_is_empty(owner):
    Usage.objects.create(user=owner, used_ms=3)
    assert told("recount").splitlines()[0] == f"user {owner.pk}: used_ms was 3, is now 0"


def test_the_command_needs_a_verb():
    with pytest.raises(CommandError):
        call_command("usage")
