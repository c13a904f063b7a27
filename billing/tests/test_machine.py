"""Two hundred random lives of a ledger; config/tests/prove/test_quota.py lives more of them."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing.tests.machine import LedgerMachine

# Real transactions: in a single one no version of a row is ever cleared away, and every look wades through all of them.
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_ledger_agrees_with_its_model_whatever_happens(owner):
    # Not shrunk: that takes minutes, and the proof does it.
    quick = settings(max_examples=200, stateful_step_count=8, deadline=None, database=None, phases=[Phase.generate])
    run_state_machine_as_test(LedgerMachine, settings=quick)
