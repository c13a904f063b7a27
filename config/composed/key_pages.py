"""Where the links of mails lead. The key stands behind the `#`, which no server sees, and a script puts it into the
form: looking spends nothing (mail scanners look), the button does."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.services import PasswordWeak, change_email, reset_password, verify_email
from config.composed.pages import page, viewer_of
from config.lib.errors import DomainError

LONGEST_PASSWORD = 256
asked_and_pressed = require_http_methods(["GET", "HEAD", "POST"])


@asked_and_pressed
def confirm_email(request: HttpRequest) -> HttpResponse:
    """Confirms the address of a new account."""
    return key_page(request, "verify_email", lambda form: verify_email(key=form.get("key", ""), at=timezone.now()))


@asked_and_pressed
def confirm_email_change(request: HttpRequest) -> HttpResponse:
    """Confirms another address of an account."""
    return key_page(request, "change_email", lambda form: change_email(key=form.get("key", ""), at=timezone.now()))


@asked_and_pressed
def set_password(request: HttpRequest) -> HttpResponse:
    """Takes another password; the key is still good after one that is too weak."""
    return key_page(request, "reset_password", set_password_of)


def set_password_of(form: QueryDict) -> User:
    """The person whose key it is, with another password."""
    password = form.get("password", "")
    if len(password) > LONGEST_PASSWORD:
        raise PasswordWeak(reasons=f"it may have {LONGEST_PASSWORD} characters.", errors=[])
    return reset_password(key=form.get("key", ""), password=password, at=timezone.now())


def key_page(request: HttpRequest, template: str, spend: Callable[[QueryDict], User]) -> HttpResponse:
    """The page that asks for one press, and what came of it. `spend` raises a DomainError."""
    status, context = (200, {"state": "ask"}) if request.method != "POST" else pressed(request.POST, spend)
    response = page(request, template, context, viewer=viewer_of(request), status=status)
    response["Cache-Control"] = "private, no-store"
    # Not "no-referrer": under it browsers post the form with `Origin: null`, which is refused. No referrer has the key:
    # what stands behind the # is never in one.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def pressed(form: QueryDict, spend: Callable[[QueryDict], User]) -> tuple[int, dict[str, Any]]:
    """Status and context of the answer to a press. A weak password is asked for again, with the key at hand."""
    try:
        return 200, {"state": "done", "username": spend(form).username}
    except PasswordWeak as error:
        return error.status, {"state": "ask", "key": form.get("key", ""), "reason": str(error)}
    except DomainError as error:
        return error.status, {"state": "failed", "reason": str(error)}
