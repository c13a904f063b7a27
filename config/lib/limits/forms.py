"""Form logins: the same amounts as the API's, and a page that says when to come back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django_ratelimit.core import get_usage

from config.lib.limits.budgets import CREDENTIALS_ADDRESS, budget
from config.lib.limits.limiter import Throttled
from config.lib.limits.subjects import address_subject
from config.lib.requests import request_id_of

Form = Callable[..., HttpResponseBase]


def address_key(group: str, request: HttpRequest) -> str:
    """django-ratelimit's key: the same address as everywhere, not the one that it would find."""
    return address_subject(request)


def address_rate(group: str, request: HttpRequest) -> tuple[int, int]:
    """django-ratelimit's rate: (calls, seconds) of the address' attempts."""
    amount = budget(CREDENTIALS_ADDRESS)
    return amount.limit, amount.window_s


def limited_form(form: Form) -> Form:
    """The form, whose posts are counted even when they never come to a password check; that draws for itself.

    While the cache is away django-ratelimit lets everything pass (RATELIMIT_FAIL_OPEN); the password check does not.
    """

    @wraps(form)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            count_post(request)
            return form(request, *args, **kwargs)
        except Throttled as refusal:
            return refusal_page(request, refusal)

    return limited


def count_post(request: HttpRequest) -> None:
    """Raises Throttled for a post beyond the address' amount."""
    usage = get_usage(request, group="forms", key=address_key, rate=address_rate, method="POST", increment=True)
    if usage and usage["should_limit"]:
        raise Throttled(retry_after_s=max(1, usage["time_left"]), budget=CREDENTIALS_ADDRESS)


def refusal_page(request: HttpRequest, refusal: Throttled) -> HttpResponse:
    """429, and when to come back."""
    context = {"title": str(refusal), "status": refusal.status, "request_id": request_id_of(request)}
    page = render(request, "error.html", context, status=refusal.status)
    page["Retry-After"] = str(refusal.facts["retry_after_s"])
    page["Cache-Control"] = "no-store"
    return page
