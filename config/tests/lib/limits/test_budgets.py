"""Which budgets there are, and who says how large they are."""

import pytest
from django.conf import settings as django_settings

from config.env import rate_limits
from config.lib.limits import Budget, all_budgets, budget
from config.lib.limits.budgets import budget_for_method
from config.settings import base


@pytest.mark.parametrize(
    ("name", "limit", "window_s"),
    [
        ("reads", 1200, 60),
        ("writes", 240, 60),
        ("uploads", 100, 3600),
        ("register", 60, 3600),
        ("credentials", 5, 300),
        ("credentials_address", 30, 300),
    ],
)
def test_the_amounts_of_an_installation_that_says_nothing(settings, name, limit, window_s):
    settings.RATE_LIMITS = base.RATE_LIMITS
    assert budget(name) == Budget(name=name, limit=limit, window_s=window_s)


def test_all_budgets_are_those_of_the_settings():
    assert [found.name for found in all_budgets()] == list(django_settings.RATE_LIMITS) == list(base.RATE_LIMITS)


@pytest.mark.parametrize(
    ("name", "methods"),
    [("reads", ("GET", "HEAD", "OPTIONS")), ("writes", ("POST", "PUT", "PATCH", "DELETE", "PROPFIND"))],
)
def test_an_action_that_says_nothing_draws_by_its_method(name, methods):
    assert {budget_for_method(method).name for method in methods} == {name}


def test_the_environment_goes_before_the_settings(monkeypatch):
    monkeypatch.setenv("RATE_LIMITS_READS", "7 per 2 hours")
    assert rate_limits(reads="1/second", writes="2/minute") == {"reads": "7 per 2 hours", "writes": "2/minute"}


@pytest.mark.parametrize("amount", ["many", "", "5", "5/fortnight"])
def test_an_amount_that_is_none_is_refused_in_one_sentence(monkeypatch, amount):
    monkeypatch.setenv("RATE_LIMITS_READS", amount)
    with pytest.raises(SystemExit, match=r"RATE_LIMITS_READS is no amount; write it like 5/5 minutes\."):
        rate_limits(reads="1/second")
