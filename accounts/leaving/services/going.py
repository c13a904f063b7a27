"""Somebody wants to go: nobody sees them from now on, and after the days of grace all that is theirs goes."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils.module_loading import import_string

from accounts.events import DeletionRequested
from accounts.leaving.choices import GRACE
from accounts.leaving.services.codes import is_deletion_code
from accounts.leaving.services.erasing import ERASURES
from accounts.models import AccountErasure, User
from accounts.services.sessions import end_every_session
from config.lib import advisory
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.limits import draw_credentials


class ConfirmationFailed(DomainError):
    code = "confirmation_failed"
    status = 403
    title = "This password, or code, is not the right one."


class StaffStays(DomainError):
    code = "staff_stays"
    title = "This account looks after the site; it can be erased once it has no rights of staff any more."


class LastSuperuser(DomainError):
    code = "last_superuser"
    title = "This is the last account with every right; give them to another one first."


class StillOwner(DomainError):
    """`owned`: what others would be left with without an owner, each with its kind, id and name."""

    code = "still_owner"
    title = "You are the last owner of {names}; hand it over or delete it first."


def ensure_owns_nothing_alone(user: User) -> None:
    """Raise StillOwner for somebody who has to hand something over first.

    Upper apps say what that is, in a table of the composition root. They hold what they looked at until the transaction
    ends, so that of its last two owners one goes.
    """
    checks = import_string(settings.LEAVING_CHECKS)
    owned = [thing for check in checks for thing in check(user_id=user.pk)]
    if owned:
        raise StillOwner(names=", ".join(thing["name"] for thing in owned), owned=owned)


def ensure_may_leave(user: User) -> None:
    """Raise LastSuperuser, StaffStays for an account that the site needs. Of the last two at once one goes."""
    if user.is_superuser:
        advisory.hold("accounts.ensure_may_leave")
    others = User.objects.get_queryset().filter(is_superuser=True, is_active=True, leaving_at=None).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        raise LastSuperuser
    if user.is_staff:
        raise StaffStays


def ensure_confirmed(*, request: HttpRequest, user: User, password: str, code: str, at: datetime) -> None:
    """Raise ConfirmationFailed unless it is really the person; every attempt counts, so Throttled too."""
    if user.has_usable_password():
        confirmed = authenticate(request, username=user.username, password=password) == user
    else:
        draw_credentials(request, name=user.username)
        confirmed = is_deletion_code(user=user, code=code, at=at)
    if not confirmed:
        raise ConfirmationFailed


def leave(*, request: HttpRequest, user: User, password: str = "", code: str = "", at: datetime) -> AccountErasure:
    """Let a person go who has confirmed it with the password or, without one, with a mailed code.

    They are mailed the date; a sign-in until then cancels all of it.
    Raises ConfirmationFailed, LastSuperuser, StaffStays, StillOwner, Throttled.
    """
    ensure_confirmed(request=request, user=user, password=password, code=code, at=at)
    with transaction.atomic():
        ensure_owns_nothing_alone(user)
        return begin_leaving(user=user, erase_at=at + GRACE, at=at)


@transaction.atomic
def begin_leaving(*, user: User, erase_at: datetime, at: datetime) -> AccountErasure:
    """Hide a person, end their sessions and set the time; of two times the first stays.

    Raises LastSuperuser, StaffStays.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    ensure_may_leave(user)
    erasure = AccountErasure.objects.filter(user=user).first()
    if erasure is not None:
        return erasure
    end_every_session(user=user, keep=None, at=at)
    user.leaving_at = at
    user.save(update_fields=["leaving_at"])
    emit(DeletionRequested(user_id=user.pk))
    return ERASURES.add(AccountErasure(user=user, requested_at=at, erase_at=erase_at, due_at=erase_at))


@transaction.atomic
def erase_at_once(*, user: User, at: datetime) -> AccountErasure:
    """Let no days of grace pass: an operator's decision. Raises LastSuperuser, StaffStays."""
    erasure = begin_leaving(user=user, erase_at=at, at=at)
    AccountErasure.objects.filter(pk=erasure.pk, erase_at__gt=at).update(erase_at=at, due_at=at)
    return AccountErasure.objects.get(pk=erasure.pk)
