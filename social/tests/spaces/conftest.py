"""A space with one member of each role, each named after it; `stranger` is in none."""

import pytest

from accounts.models import User
from social import services
from social.choices import SpaceRole
from social.models import Space, SpaceInvitation, SpaceMember

ROLES = tuple(role.value for role in SpaceRole)


@pytest.fixture
def space(owner, at) -> Space:
    return services.create_space(owner=owner, name="Small hours", at=at)


@pytest.fixture
def join(at):
    """Somebody in a space, as that, by an invitation that they accept."""

    def enter(space: Space, person: User, role: str) -> SpaceMember:
        as_role = SpaceRole(role)
        invited = SpaceRole.VIEWER if as_role == SpaceRole.OWNER else as_role
        invitation = services.invite_person(space=space, by=space.owner, person=person, role=invited, at=at)
        services.accept_invitation(word=str(invitation.pk), user=person, at=at)
        if as_role == SpaceRole.OWNER:
            services.change_role(space=space, by=space.owner, person=person, role=as_role, at=at)
        return SpaceMember.objects.get(space=space, person=person)

    return enter


@pytest.fixture
def cast(space, owner, join, make_user) -> dict[str, User]:
    """Who is what in the space."""
    people = {"owner": owner} | {role: make_user(role) for role in ROLES if role != "owner"}
    for role, person in people.items():
        if role != "owner":
            join(space, person, role)
    return people


@pytest.fixture
def roles():
    """Who is what in a space, by name."""

    def of(space: Space) -> dict[str, str]:
        rows = SpaceMember.objects.filter(space=space).values_list("person__username", "role")
        return dict(rows)

    return of


@pytest.fixture
def invite(space, owner, at):
    """An invitation of the owner's to somebody, or to an address, and its token."""

    def make(person: User | None = None, *, email: str = "", role: str = "editor") -> tuple[SpaceInvitation, str]:
        wish = {"space": space, "by": owner, "role": SpaceRole(role), "at": at}
        if person is None:
            invitation = services.invite_address(email=email, **wish)
        else:
            invitation = services.invite_person(person=person, **wish)
        return invitation, services.token_of(invitation)

    return make
