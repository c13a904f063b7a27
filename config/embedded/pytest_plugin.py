"""Gives a test run its own PostgreSQL and Valkey before Django reads its settings."""

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from config.embedded.refusals import Refusal
from config.embedded.signals import interruptible
from config.embedded.throwaway import OURS, cluster_beside, throwaway_services


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """A wrapper, because pytest-django loads the settings in its own `tryfirst` implementation.

    The workers of pytest-xdist inherit what their controller exported; but for the first, each has a PostgreSQL to
    itself where that is a throwaway one, so that no test waits for the transaction of another.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    try:
        if worker is None:
            stack.enter_context(interruptible())
            os.environ.update(stack.enter_context(throwaway_services(os.environ)))
        elif worker != "gw0" and OURS in os.environ:
            os.environ.update(stack.enter_context(cluster_beside(os.environ, name=worker)))
    except Refusal as refusal:
        raise pytest.UsageError(str(refusal)) from None
    return (yield)
