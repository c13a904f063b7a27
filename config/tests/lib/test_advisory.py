"""A lock with a name: one at a time, nobody waits, and it goes with its transaction."""

import pytest
from django.db import connection, transaction

from config.lib.advisory import advisory_lock, session_lock
from config.lib.testing import race

pytestmark = pytest.mark.django_db(transaction=True)


def ask(name: str) -> bool:
    with advisory_lock(name) as got:
        return got


def test_one_has_it_and_others_are_told_at_once():
    with advisory_lock("sweep") as got:
        assert got
        assert race(lambda: ask("sweep"), lambda: ask("other")) == [False, True]
    assert race(lambda: ask("sweep")) == [True]


def test_it_goes_with_the_block_that_failed():
    with pytest.raises(ZeroDivisionError), advisory_lock("sweep"):
        1 / 0  # noqa: B018 -- it is to raise
    assert race(lambda: ask("sweep")) == [True]


def test_the_callers_transaction_keeps_it_until_its_end():
    with transaction.atomic():
        assert ask("sweep")
        assert race(lambda: ask("sweep")) == [False]
    assert race(lambda: ask("sweep")) == [True]


def test_a_lock_of_a_session_holds_no_transaction_and_goes_with_the_block():
    def try_it() -> bool:
        with session_lock("reconcile") as mine:
            return mine

    with session_lock("reconcile") as got:
        assert got
        assert not connection.in_atomic_block
        assert race(try_it) == [False]
    with pytest.raises(ZeroDivisionError), session_lock("reconcile"):
        1 / 0  # noqa: B018 -- it is to raise
    assert race(try_it) == [True]
