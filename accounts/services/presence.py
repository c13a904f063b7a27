"""Whoever changes how an account is entered shows that they are there, not merely that a device is signed in."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from accounts.models import Session
from accounts.services.passwords import prove_password
from config.lib.errors import DomainError

FRESH = timedelta(minutes=10)


class FreshSignInRequired(DomainError):
    code = "fresh_sign_in_required"
    status = 403
    title = "Send your password along, or sign in anew and come back within ten minutes."


def prove_presence(*, request: HttpRequest, session: Session, password: str | None, at: datetime) -> None:
    """Let pass whom the password proves, or a sign-in of the last ten minutes (a refresh is none).

    Raises Throttled, PasswordWrong; without a password FreshSignInRequired.
    """
    if password is not None:
        prove_password(request=request, user=session.user, password=password)
    elif session.created_at <= at - FRESH:
        raise FreshSignInRequired
