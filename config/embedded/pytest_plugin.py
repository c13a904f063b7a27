"""Gives a test run its own PostgreSQL and Valkey before Django reads its settings."""

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from config.embedded.refusals import Refusal
from config.embedded.signals import interruptible
from config.embedded.throwaway import throwaway_services


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """A wrapper, because pytest-django loads the settings in its own `tryfirst` implementation.

    The workers of pytest-xdist inherit what their controller exported.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        stack.enter_context(interruptible())
        try:
            os.environ.update(stack.enter_context(throwaway_services(os.environ)))
        except Refusal as refusal:
            raise pytest.UsageError(str(refusal)) from None
    return (yield)
