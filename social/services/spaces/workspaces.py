"""Spaces come, say what they are, and go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.services import lock_counts
from config.lib.errors import DomainError
from config.lib.events import emit
from social.choices import SpaceRole
from social.events import SpaceCreated, SpaceDeleted, SpaceUpdated
from social.models import Space, SpaceMember
from social.services.spaces.keeping import is_empty, keepers
from social.services.spaces.rules import ensure_role, lock_space, lock_spaces


class TooManySpaces(DomainError):
    code = "too_many_spaces"
    title = "You are in {limit} spaces, which is the most; leave or delete one first."


class SpaceHoldsThings(DomainError):
    code = "space_holds_things"
    title = "The space holds something, be it in the trash; say with `transfer_to` who gets it."


class TransferRefused(DomainError):
    code = "transfer_refused"
    title = "What the space holds goes to one of its owners, or to another space in which you are an admin."


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the things of a space go: to a person, or into another space. One of the two."""

    person_id: int | None = None
    space_id: int | None = None


@transaction.atomic
def create_space(*, owner: User, name: str, description: str = "", name_public: bool = False, at: datetime) -> Space:
    """A space with one member, its owner. Raises TooManySpaces."""
    lock_counts([owner.pk])  # of two at the same moment the second sees the first
    if SpaceMember.objects.filter(person=owner).count() >= settings.SPACES_MOST:
        raise TooManySpaces(limit=settings.SPACES_MOST)
    space = Space(owner=owner, name=name, description=description, name_public=name_public)
    space.created_at = space.updated_at = at
    space.save(force_insert=True)
    SpaceMember.objects.create(space=space, person=owner, role=SpaceRole.OWNER, role_since=at, created_at=at)
    emit(SpaceCreated(space_id=space.pk, by_id=owner.pk))
    return space


@transaction.atomic
def update_space(*, space: Space, by: User, changes: Mapping[str, Any], at: datetime) -> Space:
    """Write the fields that `changes` names. Changing nothing emits nothing. Raises RoleTooLow, Space.DoesNotExist."""
    space = lock_space(space.pk)
    ensure_role(space, by, least=SpaceRole.ADMIN)
    changed = {name: value for name, value in changes.items() if getattr(space, name) != value}
    if not changed:
        return space
    for name, value in changed.items():
        setattr(space, name, value)
    space.updated_at = at
    space.save(update_fields=[*changed, "updated_at"])
    emit(SpaceUpdated(space_id=space.pk, by_id=by.pk))
    return space


@transaction.atomic
def delete_space(*, space: Space, by: User, to: Destination | None, at: datetime) -> None:
    """Let the space go; what it holds goes where `to` says, in the same transaction.

    Raises RoleTooLow, SpaceHoldsThings, TransferRefused, SpaceOverQuota, Space.DoesNotExist.
    """
    held = lock_spaces({space.pk, *([to.space_id] if to and to.space_id else [])})
    if space.pk not in held:
        raise Space.DoesNotExist
    space = held[space.pk]
    ensure_role(space, by, least=SpaceRole.OWNER)
    if not is_empty(space):
        if to is None:
            raise SpaceHoldsThings
        give(space, by=by, to=to, target=held.get(to.space_id or 0), at=at)
    emit(SpaceDeleted(space_id=space.pk, by_id=by.pk))
    space.delete()


def give(space: Space, *, by: User, to: Destination, target: Space | None, at: datetime) -> None:
    """Let what a space holds go to its destination. Raises TransferRefused, SpaceOverQuota."""
    if to.person_id:
        owners = SpaceMember.objects.acting_owners().filter(space=space)
        if not owners.filter(person_id=to.person_id).exists():
            raise TransferRefused
        for keeper in keepers():
            keeper.give_to_person(space=space, person_id=to.person_id, at=at)
        return
    managed = SpaceMember.objects.filter(space=target, person=by, role__in=[SpaceRole.ADMIN, SpaceRole.OWNER])
    if target is None or target.pk == space.pk or not managed.exists():
        raise TransferRefused
    for keeper in keepers():
        keeper.give_to_space(space=space, target=target, at=at)
