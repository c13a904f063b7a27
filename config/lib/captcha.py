"""The proof that a person asks and no program: reCAPTCHA, where the operator has put its keys into the settings."""

import logging
from enum import Enum, auto
from functools import cache
from http.client import HTTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django_recaptcha.client import submit

from config.lib.breaker import Breaker
from config.lib.errors import DomainError
from config.lib.limits import has_failed_often
from config.lib.requests import client_address

logger = logging.getLogger(__name__)

PAUSE_S = 10.0
# What `submit` raises while the service is away, or answers with anything but its own JSON.
AWAY = (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError)


class CaptchaRequired(DomainError):
    code = "captcha_required"
    status = 403
    title = "Show that you are a person: solve the captcha, and send what it gives as captcha_token."


class CaptchaUnavailable(DomainError):
    code = "captcha_unavailable"
    status = 503
    title = "The captcha cannot be checked at the moment; try again later."


class Verdict(Enum):
    """What is known of who asks."""

    PERSON = auto()
    PROGRAM = auto()
    UNKNOWN = auto()


def captcha_is_on() -> bool:
    """Whether the operator has given keys."""
    return bool(settings.RECAPTCHA_SITE_KEY and settings.RECAPTCHA_SECRET)


def require_person(request: HttpRequest, *, token: str | None) -> None:
    """Raise CaptchaRequired without a good token, and CaptchaUnavailable where it cannot be checked."""
    if not captcha_is_on():
        return
    verdict = verdict_on(request, token=token)
    if verdict is Verdict.UNKNOWN:
        raise CaptchaUnavailable
    if verdict is Verdict.PROGRAM:
        raise CaptchaRequired


def require_person_after_failures(request: HttpRequest, *, name: str, token: str | None) -> None:
    """Raise CaptchaRequired without a good token, once too many attempts at this name or from this address went wrong.

    Where it cannot be checked everybody passes: an outage elsewhere locks nobody out, and the limits hold without it.
    """
    if captcha_is_on() and has_failed_often(request, name=name) and verdict_on(request, token=token) is Verdict.PROGRAM:
        raise CaptchaRequired


def verdict_on(request: HttpRequest, *, token: str | None) -> Verdict:
    """The service's word on a token, which is good once and for two minutes; without one, it is not asked."""
    if not token:
        return Verdict.PROGRAM
    address = client_address(request)
    return breaker(settings.RECAPTCHA_DOMAIN).call(lambda: ask(token, address), otherwise=lambda: Verdict.UNKNOWN)


def ask(token: str, address: str) -> Verdict:
    """Ask https://developers.google.com/recaptcha/docs/verify; a token that was solved on another site is not good."""
    answer = submit(token, settings.RECAPTCHA_SECRET, address)
    if "invalid-input-secret" in answer.error_codes:
        logger.error("captcha_secret_refused")
    is_ours = answer.extra_data.get("hostname") == urlsplit(settings.SITE_URL).hostname
    return Verdict.PERSON if answer.is_valid and is_ours else Verdict.PROGRAM


@cache
def breaker(domain: str) -> Breaker:
    """This process's, for the service at that place."""
    return Breaker(service="recaptcha", failures=AWAY, pause_s=PAUSE_S)
