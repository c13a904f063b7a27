"""Who is shut out, and for how long."""

from datetime import datetime

from django.db import transaction

from accounts.events import SuspensionLifted, UserSuspended
from accounts.models import User
from accounts.services.sessions import end_every_session
from config.lib.events import emit

STANDING = ["is_active", "suspended_at", "suspended_until", "suspension_reason"]


@transaction.atomic
def suspend_user(*, user: User, reason: str, at: datetime, until: datetime | None = None) -> User:
    """Shut a person out, until then or for good: nobody sees what is theirs, and their next request is refused.

    `reason`, at most 500 characters, is told to them when they sign in. Suspending somebody who is suspended changes
    nothing and emits nothing.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_active:
        return user
    end_every_session(user=user, keep=None, at=at)
    user.is_active = False
    user.suspended_at, user.suspended_until, user.suspension_reason = at, until, reason
    user.save(update_fields=STANDING)
    emit(UserSuspended(user_id=user.pk))
    return user


@transaction.atomic
def lift_suspension(*, user: User, at: datetime) -> User:
    """Let a person in again, by a new sign-in: what was over stays over. Lifting twice changes nothing."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.is_active:
        return user
    user.is_active = True
    user.suspended_at, user.suspended_until, user.suspension_reason = None, None, ""
    user.save(update_fields=STANDING)
    emit(SuspensionLifted(user_id=user.pk))
    return user


@transaction.atomic
def lift_due_suspensions(*, at: datetime) -> int:
    """Lift the suspensions whose time is over; the number of them. Somebody whose row is held is left for next time."""
    due = list(User.objects.suspended_until(at).select_for_update(skip_locked=True, no_key=True))
    for user in due:
        lift_suspension(user=user, at=at)
    return len(due)
