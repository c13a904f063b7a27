"""Rate limits: budgets by name, drawn from exactly, in Redis or while it is away in this process.

A viewset says which budget its actions draw from (`budgets`); a password check calls `draw_credentials`.
"""

from config.lib.limits.budgets import Budget, all_budgets, budget
from config.lib.limits.credentials import (
    draw_credentials,
    draw_mail,
    forget_credentials,
    has_failed_often,
    note_failure,
)
from config.lib.limits.limiter import Throttled, draw, peek
from config.lib.limits.subjects import address_subject, caller_subject
from config.lib.limits.views import LimitedView

__all__ = [
    "Budget",
    "LimitedView",
    "Throttled",
    "address_subject",
    "all_budgets",
    "budget",
    "caller_subject",
    "draw",
    "draw_credentials",
    "draw_mail",
    "forget_credentials",
    "has_failed_often",
    "note_failure",
    "peek",
]
