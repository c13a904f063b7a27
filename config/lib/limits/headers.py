"""What an answer says of its caller's budgets: draft-ietf-httpapi-ratelimit-headers-10, lists of structured fields."""

from django.http import HttpRequest

from config.lib.limits.budgets import Budget
from config.lib.limits.limiter import Draw, draw, refuse_beyond

POLICY_HEADER, LEFT_HEADER = "RateLimit-Policy", "RateLimit"


def spend(request: HttpRequest, budget: Budget, *, subject: str) -> None:
    """Draw from a budget, remember it for the answer, and raise Throttled when nothing is left."""
    drawn = draw(budget, subject=subject)
    request.draws = [*draws_of(request), drawn]  # type: ignore[attr-defined]  # read by draws_of
    refuse_beyond(drawn)


def draws_of(request: HttpRequest) -> list[Draw]:
    """What this request has drawn so far."""
    return getattr(request, "draws", [])


def limit_headers(draws: list[Draw]) -> dict[str, str]:
    """Both headers: q calls in w seconds are allowed, r of them are left, the next comes back in t seconds."""
    if not draws:
        return {}
    policies = [f'"{drawn.budget.name}";q={drawn.budget.limit};w={drawn.budget.window_s}' for drawn in draws]
    left = [f'"{drawn.budget.name}";r={drawn.remaining};t={drawn.resets_in_s}' for drawn in draws]
    return {POLICY_HEADER: ", ".join(policies), LEFT_HEADER: ", ".join(left)}
