"""Somebody is erased: no rule keeps them in a space, so somebody else takes their place, or the space goes."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from config.lib.events import emit
from social.choices import SpaceRole
from social.events import MemberRemoved, MemberRoleChanged, SpaceDeleted
from social.models import Space, SpaceInvitation, SpaceMember
from social.queries import invitations_of
from social.services.spaces.keeping import is_empty, keepers
from social.services.spaces.members import settle_owner, withdraw_invitations
from social.services.spaces.rules import lock_space


def vacate_spaces(*, user_id: int, at: datetime) -> None:
    """Let a person be in no space, in short transactions; what they brought is then the owners'. Where they were the
    last owner the member of the highest role owns it; where nobody else is left it goes with all that it holds.

    Twice is once, and what was interrupted goes on.
    """
    theirs = Space.objects.filter(Q(members__person_id=user_id) | Q(owner_id=user_id)).order_by("pk").distinct()
    for space_id in list(theirs.values_list("pk", flat=True)):
        if not vacate_space(space_id=space_id, user_id=user_id, at=at):
            remove_space(space_id=space_id, at=at)
    invitations_of(user_id).delete()


@transaction.atomic
def vacate_space(*, space_id: int, user_id: int, at: datetime) -> bool:
    """Let a person be in the space no longer; False where nobody is left. From then on nobody comes in either."""
    space = lock_space(space_id)
    member = SpaceMember.objects.filter(space=space, person_id=user_id).first()
    others = SpaceMember.objects.filter(space=space).exclude(person_id=user_id)
    if not others.exists():
        SpaceInvitation.objects.filter(space=space).delete()
        SpaceMember.objects.filter(space=space).delete()
        return False
    if not others.owners().exists():
        promote(others.heirs()[0], at=at)
    if member is not None:
        member.delete()
        withdraw_invitations(member)
        emit(MemberRemoved(space_id=space.pk, person_id=user_id, by_id=user_id))
    has_new_owner = settle_owner(space)
    for keeper in keepers():
        if has_new_owner:
            keeper.charge_heir(space=space, at=at)
        keeper.pass_on(space=space, from_id=user_id, at=at)
    return True


def promote(heir: SpaceMember, *, at: datetime) -> None:
    """Let a member of a space that is held own it, because nobody else does."""
    before, heir.role, heir.role_since = heir.role, SpaceRole.OWNER, at
    heir.save(update_fields=["role", "role_since"])
    emit(
        MemberRoleChanged(
            space_id=heir.space_id,
            person_id=heir.person_id,
            by_id=heir.person_id,
            role=SpaceRole.OWNER.value,
            before=str(before),
        )
    )


def remove_space(*, space_id: int, at: datetime) -> None:
    """Let a space that nobody is in go, with all that it holds."""
    for keeper in keepers():
        keeper.remove(space_id=space_id, at=at)
    with transaction.atomic():
        space = Space.objects.select_for_update().filter(pk=space_id).first()
        if space is not None and is_empty(space):
            emit(SpaceDeleted(space_id=space.pk, by_id=space.owner_id))
            space.delete()
