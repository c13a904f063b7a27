"""The end of an account. Once begun there is no way back; each step is harmless the second time."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.db.models import Q

from accounts.events import AccountErased, ErasureQueued
from accounts.leaving.services.exporting import remove_exports
from accounts.models import (
    AccountErasure,
    Block,
    FormerAddress,
    Invite,
    MailedKey,
    PersonalToken,
    RetiredName,
    SecondFactorDraft,
    Session,
    User,
    UserCounts,
    UsernameChange,
    UsernameClaim,
)
from accounts.services.pictures import erase_pictures
from accounts.services.sessions import end_every_session
from accounts.usernames import digest_of_name, tombstone_name
from config.lib.events import emit
from config.lib.jobs import Line

# What stays of a person's row: that it was there, since when, and that it goes or is gone.
KEPT = frozenset(
    {"id", "username", "password", "is_active", "session_version", "created_at", "verified_at", "leaving_at"}
)
# The models whose rows have one person, `user`, and go with that person.
WHOLLY_THEIRS: tuple[type[models.Model], ...] = (
    Authenticator,
    EmailAddress,
    FormerAddress,
    MailedKey,
    PersonalToken,
    SecondFactorDraft,
    Session,
    SocialAccount,
    UserCounts,
    UsernameChange,
)


def send(erasure: AccountErasure) -> None:
    """Tell the workers that an account is due."""
    emit(ErasureQueued(erasure_id=erasure.pk))


# It is tried until it is done: a person has a right to it.
ERASURES = Line(model=AccountErasure, send=send)


@transaction.atomic
def begin_erasure(*, erasure_id: int, at: datetime) -> AccountErasure | None:
    """Take an account whose days of grace are over, to erase it; None when there is nothing to do.

    From here on nobody can sign in to it: whoever signs in at this moment holds the row of the person, and then the
    erasure is cancelled, or finds it without a password.
    """
    waiting = AccountErasure.objects.filter(pk=erasure_id).first()
    if waiting is None:
        return None
    user = User.objects.select_for_update(no_key=True).get(pk=waiting.user_id)
    erasure = ERASURES.claim(pk=erasure_id, at=at, erase_at__lte=at)
    if erasure is None:
        return None
    end_every_session(user=user, keep=None, at=at)
    # Nor does a suspension end any more, which would let the account in again.
    user.is_active, user.suspended_until, user.password = False, None, make_password(None)
    user.save(update_fields=["is_active", "suspended_until", "password"])
    return erasure


@transaction.atomic
def finish_erasure(*, erasure: AccountErasure, at: datetime) -> None:
    """All is gone. Raises LeaseLost."""
    ERASURES.finish(erasure, at=at)
    emit(AccountErased(user_id=erasure.user_id))


def erase_person(*, user_id: int) -> None:
    """Leave nothing of a person here but a row without any fact of theirs, which what others wrote may point at."""
    remove_exports(user_id=user_id, reason="erased")
    erase_pictures(user_id=user_id)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user_id)
        retire_names(user)
        for model in WHOLLY_THEIRS:
            model._default_manager.filter(user=user).delete()  # noqa: SLF001 -- Django's documented name
        Invite.objects.filter(made_by=user).delete()
        Block.objects.filter(Q(blocker=user) | Q(blocked=user)).delete()
        user.groups.clear()
        user.user_permissions.clear()
        bury(user)


def retire_names(user: User) -> None:
    """Keep the person's names from everybody, without saying whose they were or, but to who asks for one, which."""
    names = UsernameClaim.objects.filter(user=user).values_list("name", flat=True)
    RetiredName.objects.bulk_create([RetiredName(digest=digest_of_name(name)) for name in names], ignore_conflicts=True)
    UsernameClaim.objects.filter(user=user).delete()


def bury(user: User) -> None:
    """Let every column of a locked row say what a new row would, but for KEPT: what is added later is covered too."""
    for field in User._meta.concrete_fields:  # noqa: SLF001 -- Django's documented name
        if field.name not in KEPT:
            setattr(user, field.attname, field.get_default())
    user.username = tombstone_name(user.pk)
    user.save()
