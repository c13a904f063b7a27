"""Who makes whom what: owners everybody, admins those below them, nobody themselves more; and an owner there is."""

import itertools
from datetime import timedelta

import pytest

from accounts.services import suspend_user
from config.lib.testing import emitted
from social import services
from social.choices import SpaceRole
from social.events import MemberRemoved, MemberRoleChanged
from social.models import Space, SpaceInvitation, SpaceMember
from social.tests.spaces.conftest import ROLES

pytestmark = pytest.mark.django_db


def manages(actor: str, *roles: str) -> bool:
    return actor == "owner" or (actor == "admin" and not {"admin", "owner"} & set(roles))


@pytest.mark.parametrize("actor", ROLES)
def test_who_may_make_whom_what(cast, space, join, make_user, at, actor):
    """All thirty-six times: who asks, what the other is, what they are to be."""
    others = {role: make_user(f"other-{role}") for role in ROLES}
    for role, person in others.items():
        join(space, person, role)
    for before, after in itertools.permutations(ROLES, 2):
        row = SpaceMember.objects.filter(space=space, person=others[before])
        try:
            services.change_role(space=space, by=cast[actor], person=others[before], role=SpaceRole(after), at=at)
            done = True
        except services.RoleTooLow:
            done = False
        assert done is manages(actor, before, after), (actor, before, after)
        row.update(role=before)
        Space.objects.filter(pk=space.pk).update(owner=cast["owner"])


@pytest.mark.parametrize("role", ROLES)
def test_nobody_raises_themselves_and_everybody_may_be_less(cast, space, join, make_user, at, role):
    join(space, make_user("second"), "owner")
    person, mine = cast[role], SpaceRole(role)
    for other in reversed(SpaceRole):
        if other.rank > mine.rank:
            with pytest.raises(services.RoleTooLow):
                services.change_role(space=space, by=person, person=person, role=other, at=at)
        elif other != mine:
            services.change_role(space=space, by=person, person=person, role=other, at=at)
            assert SpaceMember.objects.get(space=space, person=person).role == other
            return


@pytest.mark.parametrize(("actor", "removed"), list(itertools.permutations(ROLES, 2)))
def test_who_may_show_whom_out(cast, space, join, make_user, at, actor, removed):
    join(space, make_user("second"), "owner")
    if manages(actor, removed):
        with emitted() as events:
            services.remove_member(space=space, by=cast[actor], person=cast[removed], at=at)
        assert events == [MemberRemoved(space_id=space.pk, person_id=cast[removed].pk, by_id=cast[actor].pk)]
    else:
        with pytest.raises(services.RoleTooLow):
            services.remove_member(space=space, by=cast[actor], person=cast[removed], at=at)
    assert SpaceMember.objects.filter(space=space, person=cast[removed]).exists() is not manages(actor, removed)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "owner"])
def test_everybody_may_leave(cast, space, at, role):
    services.remove_member(space=space, by=cast[role], person=cast[role], at=at)
    assert not SpaceMember.objects.filter(person=cast[role]).exists()
    with pytest.raises(Space.DoesNotExist):
        services.remove_member(space=space, by=cast[role], person=cast["viewer"], at=at)


def test_the_last_owner_stays_and_stays_owner(cast, space, at, owner):
    with pytest.raises(services.LastOwner):
        services.remove_member(space=space, by=owner, person=owner, at=at)
    with pytest.raises(services.LastOwner):
        services.change_role(space=space, by=owner, person=owner, role=SpaceRole.ADMIN, at=at)


def test_an_owner_who_cannot_act_does_not_let_the_last_one_go(cast, space, join, make_user, owner, at):
    second = make_user("second")
    join(space, second, "owner")
    suspend_user(user=second, reason="spam", at=at)
    with pytest.raises(services.LastOwner):
        services.remove_member(space=space, by=owner, person=owner, at=at)
    services.remove_member(space=space, by=owner, person=second, at=at)


def test_a_space_is_handed_over_by_roles_and_the_owner_of_longest_standing_stands_on_it(cast, space, owner, at, roles):
    heir, later = cast["viewer"], at + timedelta(seconds=1)
    with emitted() as events:
        for _ in range(2):
            services.change_role(space=space, by=owner, person=heir, role=SpaceRole.OWNER, at=later)
    told = {"space_id": space.pk, "person_id": heir.pk, "by_id": owner.pk}
    assert events == [MemberRoleChanged(**told, role="owner", before="viewer")]
    assert Space.objects.get().owner == owner
    services.change_role(space=space, by=owner, person=owner, role=SpaceRole.EDITOR, at=later)
    assert Space.objects.get().owner == heir
    assert roles(space)["owner"] == "editor"


def test_an_invitation_is_as_good_as_who_made_it(cast, space, make_user, at, owner):
    admin = cast["admin"]
    for name in ("first", "next"):
        services.invite_person(space=space, by=admin, person=make_user(name), role=SpaceRole.EDITOR, at=at)
    services.change_role(space=space, by=owner, person=admin, role=SpaceRole.OWNER, at=at)
    third = services.invite_person(space=space, by=admin, person=make_user("third"), role=SpaceRole.ADMIN, at=at)
    assert SpaceInvitation.objects.count() == 3
    services.change_role(space=space, by=owner, person=admin, role=SpaceRole.ADMIN, at=at)
    assert not SpaceInvitation.objects.filter(pk=third.pk).exists()
    assert SpaceInvitation.objects.count() == 2
    services.change_role(space=space, by=owner, person=admin, role=SpaceRole.EDITOR, at=at)
    assert SpaceInvitation.objects.count() == 0


def test_who_is_shown_out_has_invited_nobody(cast, space, make_user, at, owner):
    admin = cast["admin"]
    services.invite_person(space=space, by=admin, person=make_user("first"), role=SpaceRole.EDITOR, at=at)
    services.remove_member(space=space, by=owner, person=admin, at=at)
    assert SpaceInvitation.objects.count() == 0


def test_who_is_no_member_is_none(cast, space, stranger, owner, at):
    with pytest.raises(SpaceMember.DoesNotExist):
        services.remove_member(space=space, by=owner, person=stranger, at=at)
    with pytest.raises(SpaceMember.DoesNotExist):
        services.change_role(space=space, by=owner, person=stranger, role=SpaceRole.ADMIN, at=at)
