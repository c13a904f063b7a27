"""Which budgets there are: `RATE_LIMITS` of the settings, name -> amount, as the package `limits` writes it."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from limits import parse
from rest_framework.permissions import SAFE_METHODS

READS, WRITES, UPLOADS, REGISTER = "reads", "writes", "uploads", "register"
CREDENTIALS, CREDENTIALS_ADDRESS = "credentials", "credentials_address"
FAILURES, FAILURES_ADDRESS = "failures", "failures_address"
MAILS, MAILS_TO = "mails", "mails_to"
INVITATIONS = "invitations"
PLAYS, PLAYS_ADDRESS, BEATS = "plays", "plays_address", "beats"
LINK_PASSWORDS = "link_passwords"
OF_NAMES = frozenset({CREDENTIALS, FAILURES, MAILS_TO, LINK_PASSWORDS})
"""Counted for what a caller names; nobody's own."""


@dataclass(frozen=True)
class Budget:
    """`limit` calls in any `window_s` seconds."""

    name: str
    limit: int
    window_s: int


def budget(name: str) -> Budget:
    """The budget of that name; KeyError when there is none."""
    return _parsed(name, settings.RATE_LIMITS[name])


def all_budgets() -> list[Budget]:
    """Every budget, in the order of the settings."""
    return [budget(name) for name in settings.RATE_LIMITS]


def budget_for_method(method: str) -> Budget:
    """What an action draws from that says nothing of budgets."""
    return budget(READS if method in SAFE_METHODS else WRITES)


@cache
def _parsed(name: str, amount: str) -> Budget:
    item = parse(amount)
    return Budget(name=name, limit=item.amount, window_s=item.get_expiry())
