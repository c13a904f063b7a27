"""What becomes of an invitation: once accepted, declined or revoked, it is gone, and its link opens nothing."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.queries import ID
from accounts.querysets import seen_by
from accounts.services import lock_counts
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer, digest_secret
from social.events import InvitationAccepted, InvitationDeclined, InvitationRevoked, MemberAdded
from social.models import Space, SpaceInvitation, SpaceMember
from social.querysets.spaces import to_person
from social.services.spaces.inviting import AlreadyMember
from social.services.spaces.rules import ensure_outranks, lock_space, role_of
from social.services.spaces.workspaces import TooManySpaces


class InvitationInvalid(DomainError):
    """Used, revoked, declined, expired, replaced, somebody else's, or never made: all are answered alike."""

    code = "invitation_invalid"
    status = 404
    title = "This invitation is not good, or not any more; ask for another one."


@transaction.atomic
def accept_invitation(*, word: str, user: User, at: datetime) -> Space:
    """Let somebody into the space that an invitation names. Of any number of callers at once one comes in by it.

    `word` is the mailed token or, of an invitation that is addressed to the caller, its id. One to an address lets in
    whoever has its token: they read the mails to that address, be their account's another.
    Raises InvitationInvalid, AlreadyMember, TooManySpaces.
    """
    invitation = take_invitation(word=word, user=user, at=at)
    space = invitation.space
    if SpaceMember.objects.filter(space=space, person=user).exists():
        raise AlreadyMember
    lock_counts([user.pk])
    if SpaceMember.objects.filter(person=user).count() >= settings.SPACES_MOST:
        raise TooManySpaces(limit=settings.SPACES_MOST)
    SpaceInvitation.objects.filter(Q(pk=invitation.pk) | to_person(user), space=space).delete()
    SpaceMember.objects.create(space=space, person=user, role=invitation.role, role_since=at, created_at=at)
    emit(InvitationAccepted(space_id=space.pk, person_id=user.pk, by_id=invitation.made_by_id))
    emit(MemberAdded(space_id=space.pk, person_id=user.pk, by_id=invitation.made_by_id, role=invitation.role))
    return space


@transaction.atomic
def decline_invitation(*, word: str, user: User, at: datetime) -> None:
    """Let the invitation be over. Raises InvitationInvalid."""
    invitation = take_invitation(word=word, user=user, at=at)
    SpaceInvitation.objects.filter(pk=invitation.pk).delete()
    emit(InvitationDeclined(space_id=invitation.space_id, person_id=user.pk, by_id=invitation.made_by_id))


@transaction.atomic
def revoke_invitation(*, invitation: SpaceInvitation, by: User) -> None:
    """Take an invitation back; one that is gone already is gone. Owners take back all, admins those to lower roles.

    Raises RoleTooLow, Space.DoesNotExist.
    """
    space = lock_space(invitation.space_id)
    ensure_outranks(role_of(space, by), invitation.role)
    if SpaceInvitation.objects.filter(pk=invitation.pk).delete()[0]:
        emit(InvitationRevoked(space_id=space.pk, by_id=by.pk))


def take_invitation(*, word: str, user: User, at: datetime) -> SpaceInvitation:
    """The invitation behind a token or an id, with its space held; raises InvitationInvalid."""
    found = find(word, user=user, at=at)
    if found is None:
        raise InvitationInvalid
    try:
        space = lock_space(found.space_id)
    except Space.DoesNotExist:
        raise InvitationInvalid from None
    # Looked at again: whoever was here first has used it.
    invitation = find(word, user=user, at=at)
    if invitation is None:
        raise InvitationInvalid
    invitation.space = space
    return invitation


def find(word: str, *, user: User, at: datetime) -> SpaceInvitation | None:
    """The invitation that this person may answer with this word."""
    viewer = Viewer(user=user)
    good = SpaceInvitation.objects.good(at=at).filter(seen_by(viewer, "made_by__"))
    if ID.match(word):
        return good.filter(to_person(user), pk=int(word)).first()
    return good.filter(Q(invitee_id=user.pk) | Q(invitee=None), digest=digest_secret(word)).first()
