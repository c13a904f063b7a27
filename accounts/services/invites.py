"""Who may let whom in."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.choices import Registration
from accounts.events import InviteEnded, InviteIssued
from accounts.models import Instance, Invite, User
from accounts.queries import instance
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.secrets import secret_token
from config.lib.viewer import digest_secret

MONTH = timedelta(days=30)
GOOD_FOR = timedelta(days=7)


class RegistrationClosed(DomainError):
    code = "registration_closed"
    status = 403
    title = "Nobody can join here at the moment."


class InviteRequired(DomainError):
    code = "invite_required"
    status = 403
    title = "Joining needs an invitation here."


class InviteInvalid(DomainError):
    code = "invite_invalid"
    status = 403
    title = "This invitation is not good, or not any more; ask for another one."


class InvitesOff(DomainError):
    code = "invites_off"
    status = 403
    title = "People do not invite others here."


class InvitesSpent(DomainError):
    code = "invites_spent"
    title = "You have made the {most} invitations of thirty days."


def admit(site: Instance, *, code: str | None) -> None:
    """Raise RegistrationClosed behind a closed door, InviteRequired before one that asks for a code and got none."""
    if site.registration == Registration.CLOSED:
        raise RegistrationClosed
    if site.registration == Registration.INVITE and not code:
        raise InviteRequired


def use_invite(site: Instance, *, code: str | None, at: datetime) -> None:
    """Use up a place of the invite where the site asks for one. Its row is held from here on, so call it after what
    takes time. Raises InviteInvalid."""
    if code and site.registration == Registration.INVITE:
        take_invite(code=code, at=at)


def take_invite(*, code: str, at: datetime) -> None:
    """Use up one place of the invite; of those who want the last one at the same moment one gets it.

    Given back when the caller's transaction is rolled back. Raises InviteInvalid.
    """
    good = Invite.objects.good(at=at).filter(digest=digest_secret(code)).values("pk")
    # Said again of the row itself: whoever waited for somebody else's use looks at it anew.
    places = Invite.objects.filter(pk__in=good, uses__lt=F("max_uses"), expires_at__gt=at)
    if not places.update(uses=F("uses") + 1):
        raise InviteInvalid


@transaction.atomic
def issue_invite(
    *, made_by: User, at: datetime, expires_at: datetime, label: str = "", max_uses: int = 1
) -> tuple[Invite, str]:
    """An invite of the staff's, and its code: 192 random bits that are told this once."""
    code = secret_token()
    invite = Invite(made_by=made_by, digest=digest_secret(code), label=label, max_uses=max_uses)
    invite.created_at, invite.expires_at = at, expires_at
    invite.save(force_insert=True)
    emit(InviteIssued(invite_id=invite.pk, by_id=made_by.pk))
    return invite, code


@transaction.atomic
def invite_somebody(*, user: User, at: datetime, label: str = "") -> tuple[Invite, str]:
    """A person's invite for one other, for a week. Raises InvitesOff, InvitesSpent."""
    site = instance()
    if site.registration != Registration.INVITE or not site.invites_a_month:
        raise InvitesOff
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if Invite.objects.filter(made_by=user, created_at__gt=at - MONTH).count() >= site.invites_a_month:
        raise InvitesSpent(most=site.invites_a_month)
    return issue_invite(made_by=user, at=at, expires_at=at + GOOD_FOR, label=label)


@transaction.atomic
def end_invite(*, invite: Invite, at: datetime) -> None:
    """Let the invite let nobody in any more. Ending twice changes nothing and emits nothing."""
    if Invite.objects.filter(pk=invite.pk, expires_at__gt=at).update(expires_at=at):
        emit(InviteEnded(invite_id=invite.pk))
