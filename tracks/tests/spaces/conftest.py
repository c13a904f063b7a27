"""A space of the owner's with an editor, a commenter and a viewer; what the owner and the editor have brought."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from billing.models import Plan, Usage
from billing.queries import drifts
from social import services as social
from social.choices import SpaceRole
from social.models import Space
from tracks.models import Sound, Track

MEMBERS = ("admin", "editor", "commenter", "viewer")


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def join(at) -> Callable[[Space, User, str], None]:
    """Somebody in a space, as that."""

    def enter(space: Space, person: User, role: str) -> None:
        invited = SpaceRole.VIEWER if role == "owner" else SpaceRole(role)
        made = social.invite_person(space=space, by=space.owner, person=person, role=invited, at=at)
        social.accept_invitation(word=str(made.pk), user=person, at=at)
        if role == "owner":
            social.change_role(space=space, by=space.owner, person=person, role=SpaceRole.OWNER, at=at)

    return enter


@pytest.fixture
def space(owner, at) -> Space:
    return social.create_space(owner=owner, name="Small hours", at=at)


@pytest.fixture
def cast(space, owner, join, make_user) -> dict[str, User]:
    people = {"owner": owner} | {role: make_user(role) for role in MEMBERS}
    for role in MEMBERS:
        join(space, people[role], role)
    return people


@pytest.fixture
def limit(default_plan):
    """Let the default plan have these limits and no other."""

    def set_limits(**limits: Any) -> None:
        Plan.objects.filter(pk=default_plan.pk).update(**limits)

    return set_limits


def used(person: User) -> int:
    """The bytes that count against somebody's plan, set aside or used."""
    usage = Usage.objects.filter(pk=person.pk).first()
    return usage.taken.bytes if usage else 0


def size_of(*tracks: Track) -> int:
    return sum(Sound.objects.filter(track__in=tracks).values_list("original_bytes", flat=True))


def again(track: Track) -> Track:
    """As the database has it now."""
    return Track.objects.get(pk=track.pk)


def assert_charged(space: Space) -> None:
    """All that is in the space counts against its owner, and every ledger is the sum of what is in it."""
    space = Space.objects.get(pk=space.pk)
    assert used(space.owner) == size_of(*Track.objects.filter(space=space), *own(space.owner))
    assert drifts() == []


def own(person: User) -> list[Track]:
    """What is somebody's in no space."""
    return list(Track.objects.filter(space=None, owner=person))
