"""What every change of a space holds first, and the rules that are asked while it is held."""

from typing import Any

from accounts.models import User
from config.lib.errors import DomainError
from social.choices import SpaceRole
from social.models import Space, SpaceMember


class LastOwner(DomainError):
    code = "last_owner"
    title = "A space has an owner at all times; make somebody else an owner first, or delete the space."


class RoleTooLow(DomainError):
    """`role`: what the caller is in the space."""

    code = "role_too_low"
    status = 403
    title = "As {role} of this space you may not do this."


def lock_space(space_id: int) -> Space:
    """The row, held until the transaction ends: in a space one thing happens at a time. It is held before any member,
    invitation, sound or track, and of two spaces the one with the lower id first. Raises Space.DoesNotExist."""
    return Space.objects.select_for_update(no_key=True).get(pk=space_id)


def lock_spaces(space_ids: set[int]) -> dict[int, Space]:
    """The rows of those that there are, in the order of their ids."""
    rows = Space.objects.select_for_update(no_key=True).filter(pk__in=space_ids).order_by("pk")
    return {space.pk: space for space in rows}


def hold_last_owned(*, user_id: int) -> list[dict[str, Any]]:
    """The spaces that a person has to hand over or delete before they can go, each with its kind, id and name.

    All that they own are held until the transaction ends: nobody else leaves them meanwhile.
    """
    owned = SpaceMember.objects.owners().filter(person_id=user_id).values_list("space_id", flat=True)
    held = lock_spaces(set(owned))
    others = SpaceMember.objects.acting_owners().filter(space_id__in=held).exclude(person_id=user_id)
    shared = set(others.values_list("space_id", flat=True))
    return [{"kind": "space", "id": space.pk, "name": space.name} for space in held.values() if space.pk not in shared]


def member_of(space: Space, person_id: int) -> SpaceMember:
    """Somebody in a space that is held; raises SpaceMember.DoesNotExist."""
    return SpaceMember.objects.get(space=space, person_id=person_id)


def role_of(space: Space, user: User) -> SpaceRole:
    """What somebody is in a space that is held. Raises Space.DoesNotExist for whom it does not exist (any longer)."""
    member = SpaceMember.objects.filter(space=space, person_id=user.pk).first()
    if member is None:
        raise Space.DoesNotExist
    return SpaceRole(member.role)


def ensure_role(space: Space, user: User, *, least: SpaceRole) -> SpaceRole:
    """What somebody is in a space that is held. Raises RoleTooLow, Space.DoesNotExist."""
    role = role_of(space, user)
    if not role.reaches(least):
        raise RoleTooLow(role=role.value)
    return role


def lock_role(*, space_id: int, user: User, least: SpaceRole) -> Space:
    """The space, held until the transaction ends, in which somebody is at least that. Raises RoleTooLow, and
    Space.DoesNotExist for whom it does not exist."""
    space = lock_space(space_id)
    ensure_role(space, user, least=least)
    return space


def hold_role(*, space_id: int, user: User, least: SpaceRole) -> None:
    """Let somebody be at least that in a space until the transaction ends: who shows them out, or lets them be less,
    waits, and nobody else does. The space itself is not held. Raises RoleTooLow, Space.DoesNotExist."""
    members = SpaceMember.objects.select_for_update(no_key=True).filter(space_id=space_id, person_id=user.pk)
    member = members.first()
    if member is None:
        raise Space.DoesNotExist
    if not SpaceRole(member.role).reaches(least):
        raise RoleTooLow(role=member.role)


def ensure_outranks(actor: SpaceRole, *roles: str) -> None:
    """Raise RoleTooLow unless `actor` manages people who are, and become, all of these: owners everybody, admins those
    below them."""
    managed = actor == SpaceRole.OWNER or (
        actor == SpaceRole.ADMIN and not any(SpaceRole(role).reaches(SpaceRole.ADMIN) for role in roles)
    )
    if not managed:
        raise RoleTooLow(role=actor.value)


def ensure_not_last(space: Space, member: SpaceMember) -> None:
    """Raise LastOwner where this member is an owner, and nobody else who can act is one."""
    others = SpaceMember.objects.acting_owners().filter(space=space).exclude(pk=member.pk)
    if member.role == SpaceRole.OWNER and not others.exists():
        raise LastOwner
