from datetime import UTC, datetime, timedelta

from django.db import transaction

from accounts.events import UsernameChanged
from accounts.models import User, UsernameChange, UsernameClaim
from accounts.services.registration import UsernameUnavailable, claim_username
from accounts.usernames import is_reserved
from config.lib.errors import DomainError
from config.lib.events import emit

CHANGES_MOST = 2
CHANGES_WITHIN = timedelta(days=30)


class UsernameChangedOften(DomainError):
    code = "username_changed_often"
    status = 429
    title = "A name can be changed {most} times in {days} days; the next time is {next_at}."


@transaction.atomic
def change_username(*, user: User, username: str, at: datetime) -> User:
    """Give a person another name, in its one spelling; the one before stays theirs and goes on leading to them.

    They may take it back, which counts like any other change. Taking the name that one has changes nothing. Raises
    UsernameUnavailable, UsernameChangedOften.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.username == username:
        return user
    refuse_often(user, at=at)
    if not UsernameClaim.objects.filter(name=username, user=user, expires_at__isnull=True).exists():
        if is_reserved(username):
            raise UsernameUnavailable(username=username)
        claim_username(name=username, user=user, expires_at=None, at=at)
    UsernameChange.objects.create(user=user, before=user.username, changed_at=at)
    user.username = username
    user.save(update_fields=["username"])
    emit(UsernameChanged(user_id=user.pk))
    return user


def refuse_often(user: User, *, at: datetime) -> None:
    """Raise UsernameChangedOften for whoever has had their changes for now. The caller holds the user's row."""
    recent = UsernameChange.objects.filter(user=user, changed_at__gt=at - CHANGES_WITHIN).order_by("-changed_at")
    moments = list(recent.values_list("changed_at", flat=True)[:CHANGES_MOST])
    if len(moments) < CHANGES_MOST:
        return
    next_at = moments[-1] + CHANGES_WITHIN
    raise UsernameChangedOften(
        most=CHANGES_MOST,
        days=CHANGES_WITHIN.days,
        next_at=f"{next_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        retry_after_s=int((next_at - at).total_seconds()) + 1,
    )
