"""Somebody is asked into a space, by name or at an address."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.forgetting import forget
from config.lib.secrets import derived_key, random_key
from config.lib.viewer import digest_secret
from social.choices import SpaceRole
from social.events import AddressInvited, InvitationSent
from social.models import Space, SpaceInvitation, SpaceMember
from social.services.spaces.rules import ensure_outranks, lock_space, role_of

GOOD_FOR = timedelta(days=14)


class AlreadyMember(DomainError):
    code = "already_member"
    title = "This person is in the space already."


class TooManyInvitations(DomainError):
    code = "too_many_invitations"
    title = "{limit} invitations to this space wait for an answer; take one back first."


def token_of(invitation: SpaceInvitation) -> str:
    """What stands in the mailed link: 192 bits that nobody has but who reads the mail. The same however often the mail
    is written; empty where SECRET_KEY has changed since, and the link would open nothing."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = token_made_of(invitation.nonce, secret=str(secret))
        if digest_secret(token) == invitation.digest:
            return token
    return ""


def token_made_of(nonce: str, *, secret: str) -> str:
    """The token that this secret gives to a nonce."""
    key = derived_key(secret, purpose="social.space_invitation")
    return urlsafe_b64encode(hmac.digest(key, nonce.encode(), hashlib.sha256)[:24]).decode()


@transaction.atomic
def invite_person(*, space: Space, by: User, person: User, role: SpaceRole, at: datetime) -> SpaceInvitation:
    """Ask somebody into the space, whom the caller sees. One that waits already is replaced, and its link is over.

    Raises RoleTooLow, AlreadyMember, TooManyInvitations, Space.DoesNotExist.
    """
    space = lock_to_invite(space, by=by, role=role)
    if SpaceMember.objects.filter(space=space, person=person).exists():
        raise AlreadyMember
    SpaceInvitation.objects.filter(space=space, invitee=person).delete()
    invitation = add_invitation(SpaceInvitation(space=space, made_by=by, invitee=person, role=role), at=at)
    emit(InvitationSent(invitation_id=invitation.pk, space_id=space.pk, by_id=by.pk, invitee_id=person.pk))
    return invitation


@transaction.atomic
def invite_address(*, space: Space, by: User, email: str, role: SpaceRole, at: datetime) -> SpaceInvitation:
    """Ask whoever reads the mails to an address into the space. Whether somebody here has it, is in the space, or is
    parted from the caller by a block, is not told. One that waits already is replaced.

    Raises RoleTooLow, TooManyInvitations, Space.DoesNotExist.
    """
    space, email = lock_to_invite(space, by=by, role=role), email.lower()
    SpaceInvitation.objects.filter(space=space, email=email).delete()
    invitation = add_invitation(SpaceInvitation(space=space, made_by=by, email=email, role=role), at=at)
    emit(AddressInvited(invitation_id=invitation.pk, space_id=space.pk, by_id=by.pk))
    return invitation


def lock_to_invite(space: Space, *, by: User, role: SpaceRole) -> Space:
    """The space, held, into which somebody may ask others as `role`. Raises RoleTooLow, Space.DoesNotExist."""
    space = lock_space(space.pk)
    ensure_outranks(role_of(space, by), role)
    return space


def add_invitation(invitation: SpaceInvitation, *, at: datetime) -> SpaceInvitation:
    """Save it, with a token of its own, for two weeks. Raises TooManyInvitations."""
    waiting = SpaceInvitation.objects.filter(space=invitation.space).good(at=at).count()
    if waiting >= settings.SPACE_INVITATIONS_MOST:
        raise TooManyInvitations(limit=settings.SPACE_INVITATIONS_MOST)
    invitation.nonce = random_key()
    invitation.digest = digest_secret(token_made_of(invitation.nonce, secret=settings.SECRET_KEY))
    invitation.created_at, invitation.expires_at = at, at + GOOD_FOR
    invitation.save(force_insert=True)
    return invitation


def forget_invitations(*, at: datetime) -> int:
    """Delete the invitations that nobody answered in time; the number of rows."""
    return forget(SpaceInvitation.objects.over(at=at), job="social.forget_invitations")
