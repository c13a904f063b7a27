"""Who is in a space as what."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from config.lib.events import emit
from social.choices import SpaceRole
from social.events import MemberRemoved, MemberRoleChanged
from social.models import Space, SpaceInvitation, SpaceMember
from social.services.spaces.keeping import keepers
from social.services.spaces.rules import (
    RoleTooLow,
    ensure_not_last,
    ensure_outranks,
    lock_space,
    member_of,
    role_of,
)


@transaction.atomic
def change_role(*, space: Space, by: User, person: User, role: SpaceRole, at: datetime) -> SpaceMember:
    """Let a member be something else. The same role again changes nothing and emits nothing.

    Owners say it of everybody, admins of those below them, and everybody of themselves if it is less.
    Raises RoleTooLow, LastOwner, SpaceOverQuota, Space.DoesNotExist, SpaceMember.DoesNotExist.
    """
    space = lock_space(space.pk)
    actor, member = role_of(space, by), member_of(space, person.pk)
    if member.role == role:
        return member
    ensure_may_set(actor, member, role=role, is_self=by.pk == person.pk)
    if role != SpaceRole.OWNER:
        ensure_not_last(space, member)
    before, member.role, member.role_since = member.role, role, at
    member.save(update_fields=["role", "role_since"])
    withdraw_invitations(member)
    if settle_owner(space):
        for keeper in keepers():
            keeper.charge_owner(space=space, at=at)
    emit(MemberRoleChanged(space_id=space.pk, person_id=person.pk, by_id=by.pk, role=role.value, before=str(before)))
    return member


def ensure_may_set(actor: SpaceRole, member: SpaceMember, *, role: SpaceRole, is_self: bool) -> None:
    """Raise RoleTooLow unless who is `actor` may let this member be `role`. Nobody raises themselves."""
    if not is_self:
        ensure_outranks(actor, member.role, role)
    elif role.reaches(actor):
        raise RoleTooLow(role=actor.value)


@transaction.atomic
def remove_member(*, space: Space, by: User, person: User, at: datetime) -> None:
    """Let somebody be in the space no longer, or leave it oneself; what they brought is its owner's from now on.

    Raises RoleTooLow, LastOwner, SpaceOverQuota, Space.DoesNotExist, SpaceMember.DoesNotExist.
    """
    space = lock_space(space.pk)
    actor, member = role_of(space, by), member_of(space, person.pk)
    if by.pk != person.pk:
        ensure_outranks(actor, member.role)
    ensure_not_last(space, member)
    member.delete()
    withdraw_invitations(member)
    has_new_owner = settle_owner(space)
    for keeper in keepers():
        if has_new_owner:
            keeper.charge_owner(space=space, at=at)
        keeper.pass_on(space=space, from_id=person.pk, at=at)
    emit(MemberRemoved(space_id=space.pk, person_id=person.pk, by_id=by.pk))


def withdraw_invitations(member: SpaceMember) -> None:
    """An invitation is as good as whoever made it: who may not invite any more, or not so high, has invited nobody."""
    made = SpaceInvitation.objects.filter(space_id=member.space_id, made_by_id=member.person_id)
    if member.pk and member.role == SpaceRole.OWNER:
        return
    if member.pk and member.role == SpaceRole.ADMIN:
        made = made.filter(role=SpaceRole.ADMIN)
    made.delete()


def settle_owner(space: Space) -> bool:
    """Let a space that is held say who of its owners is of the longest standing; False where it says so already."""
    first = SpaceMember.objects.owners().filter(space=space)[0]
    if first.person_id == space.owner_id:
        return False
    space.owner_id = first.person_id
    space.save(update_fields=["owner"])
    return True
