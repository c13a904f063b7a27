from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from accounts.choices import Purpose
from accounts.events import PasswordChanged, PasswordResetAsked
from accounts.models import Session, User
from accounts.services.keys import lock_unchanged, make_key, redeem_key
from accounts.services.sessions import end_every_session
from config.lib.captcha import require_person_after_failures
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.limits import draw_mail, forget_credentials


class PasswordWrong(DomainError):
    code = "password_wrong"
    status = 403
    title = "That is not your password."


class PasswordWeak(DomainError):
    """`errors` says it at its field, as answers about a form do."""

    code = "password_weak"
    status = 400
    title = "Choose another password: {reasons}"


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime, keep: Session | None = None) -> User:
    """Give a person another password and sign them out everywhere but in the session `keep`.

    Whether the password is good enough, and whether the old one was known, is for the caller to ask.
    """
    hashed = make_password(password)  # takes its time, so before the lock
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    user.password = hashed
    user.save(update_fields=["password"])
    end_every_session(user=user, keep=keep, at=at)
    emit(PasswordChanged(user_id=user.pk))
    return user


def prove_password(*, request: HttpRequest, user: User, password: str) -> User:
    """The same person, read anew, if that is their password. Every attempt counts; raises Throttled, PasswordWrong."""
    found = authenticate(request, username=user.username, password=password)
    if not isinstance(found, User) or found != user:
        raise PasswordWrong
    return found


def check_strength(*, password: str, user: User, field: str) -> None:
    """Raise PasswordWeak, which names the `field`, for what is too short, too common or too like the person."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors = [{"field": field, "code": "password_weak", "message": message} for message in error.messages]
        raise PasswordWeak(reasons=" ".join(error.messages), errors=errors) from error


def replace_password(
    *, request: HttpRequest, session: Session, old_password: str, new_password: str, at: datetime
) -> None:
    """Another password for whom the session signs in; the session stays, all others end.

    Of two who know the old one, one is in time. Raises Throttled, PasswordWrong, PasswordWeak.
    """
    user = prove_password(request=request, user=session.user, password=old_password)
    check_strength(password=new_password, user=user, field="new_password")
    with transaction.atomic():
        if lock_unchanged(user_id=user.pk, version=user.session_version) is None:
            raise PasswordWrong
        change_password(user=user, password=new_password, keep=session, at=at)


def ask_password_reset(*, request: HttpRequest, email: str, at: datetime, captcha_token: str | None = None) -> None:
    """Have a link mailed to the address, if it is somebody's and confirmed. Whether it is shows in nothing: the same
    rows are written either way, and the mail is the worker's. Raises Throttled, CaptchaRequired."""
    draw_mail(request, to=email)
    require_person_after_failures(request, name=email, token=captcha_token)
    address = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    user = address.user if address else None
    with transaction.atomic():
        emit(PasswordResetAsked(key_id=make_key(purpose=Purpose.PASSWORD_RESET, user=user, at=at)))


@transaction.atomic
def reset_password(*, key: str, password: str, at: datetime) -> User:
    """Another password for the person whom the key was mailed to; every session ends, and the guesses at the old one
    keep them out no longer. Raises KeyInvalid, and PasswordWeak, which leaves the key good."""
    user, _ = redeem_key(purpose=Purpose.PASSWORD_RESET, key=key, at=at)
    check_strength(password=password, user=user, field="password")
    for name in (user.username, user.email):
        forget_credentials(name=name)
    return change_password(user=user, password=password, at=at)


@transaction.atomic
def void_password(*, user_id: int, at: datetime) -> None:
    """Nobody enters this account by a password any more, and whoever is in is out; nobody is told."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_every_session(user=user, keep=None, at=at)
