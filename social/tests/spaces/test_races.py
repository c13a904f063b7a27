"""Two, or fifty, at the same moment, in a space. Real threads, real transactions."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import transaction

from config.lib.testing import race
from social import services
from social.choices import SpaceRole
from social.models import Space, SpaceInvitation, SpaceMember

pytestmark = pytest.mark.django_db(transaction=True)

REFUSALS = (
    services.LastOwner,
    services.RoleTooLow,
    services.AlreadyMember,
    services.InvitationInvalid,
    Space.DoesNotExist,
    SpaceMember.DoesNotExist,
)


def assert_has_owner(space: Space) -> None:
    """Somebody owns the space, and it says who."""
    owners = list(SpaceMember.objects.owners().filter(space=space).values_list("person_id", flat=True))
    assert owners
    assert Space.objects.get(pk=space.pk).owner_id == owners[0]


def leave(space, person, at):
    return partial(services.remove_member, space=space, by=person, person=person, at=at)


def lower(space, by, person, at):
    return partial(services.change_role, space=space, by=by, person=person, role=SpaceRole.VIEWER, at=at)


@pytest.mark.parametrize("way", ["leave", "lower themselves", "remove each other", "leave and lower the other"])
def test_of_two_owners_who_go_at_once_one_stays(owner, stranger, join, at, patient_locks, way):
    for _ in range(5):
        space = services.create_space(owner=owner, name="Pair", at=at)
        join(space, stranger, "owner")
        moves = {
            "leave": (leave(space, owner, at), leave(space, stranger, at)),
            "lower themselves": (lower(space, owner, owner, at), lower(space, stranger, stranger, at)),
            "remove each other": (
                partial(services.remove_member, space=space, by=owner, person=stranger, at=at),
                partial(services.remove_member, space=space, by=stranger, person=owner, at=at),
            ),
            "leave and lower the other": (leave(space, owner, at), lower(space, owner, stranger, at)),
        }[way]
        results = race(*moves)
        refused = [result for result in results if isinstance(result, Exception)]
        assert len(refused) == 1
        assert isinstance(refused[0], REFUSALS), refused
        assert_has_owner(space)


def test_fifty_accept_one_invitation_and_one_comes_in(space, make_user, invite, at, patient_locks):
    _, token = invite(email="somebody@example.org")
    crowd = [make_user(f"fan-{n}") for n in range(50)]
    results = race(*[partial(services.accept_invitation, word=token, user=fan, at=at) for fan in crowd])
    assert sum(isinstance(result, Space) for result in results) == 1
    assert sum(isinstance(result, services.InvitationInvalid) for result in results) == 49
    assert SpaceMember.objects.filter(space=space).count() == 2
    assert not SpaceInvitation.objects.exists()


def test_fifty_taps_of_one_person_are_one_membership(space, stranger, invite, at, patient_locks):
    _, token = invite(stranger)
    results = race(*[partial(services.accept_invitation, word=token, user=stranger, at=at)] * 50)
    assert sum(isinstance(result, Space) for result in results) == 1
    assert sum(isinstance(result, services.InvitationInvalid) for result in results) == 49
    assert SpaceMember.objects.filter(space=space, person=stranger).count() == 1


def test_an_invitation_accepted_declined_revoked_and_replaced_at_once_has_one_end(
    space, owner, stranger, invite, at, patient_locks
):
    for _ in range(5):
        invitation, token = invite(stranger)
        wish = {"space": space, "by": owner, "person": stranger, "role": SpaceRole.EDITOR, "at": at}
        results = race(
            partial(services.accept_invitation, word=token, user=stranger, at=at),
            partial(services.decline_invitation, word=token, user=stranger, at=at),
            partial(services.revoke_invitation, invitation=invitation, by=owner),
            partial(services.invite_person, **wish),
        )
        strays = [found for found in results if isinstance(found, Exception) and not isinstance(found, REFUSALS)]
        assert strays == []
        came_in = SpaceMember.objects.filter(space=space, person=stranger)
        assert came_in.exists() is isinstance(results[0], Space)
        came_in.delete()
        SpaceInvitation.objects.all().delete()


@pytest.mark.parametrize("taken", ["shown out", "lowered"])
def test_who_takes_a_role_away_waits_for_whoever_acts_by_it(cast, space, owner, at, patient_locks, taken):
    editor = cast["editor"]
    move = lower(space, owner, editor, at)
    if taken == "shown out":
        move = partial(services.remove_member, space=space, by=owner, person=editor, at=at)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.hold_role(space_id=space.pk, user=editor, least=SpaceRole.EDITOR)
            taking = pool.submit(race, move)
            with pytest.raises(TimeoutError):
                taking.result(timeout=1.5)
            assert SpaceMember.objects.get(space=space, person=editor).role == "editor"
        [done] = taking.result(timeout=30)
    assert not isinstance(done, Exception)
    assert not SpaceMember.objects.filter(space=space, person=editor, role="editor").exists()


def test_an_invitation_to_a_space_that_goes_meanwhile_is_none(space, stranger, invite, at, patient_locks):
    _, token = invite(stranger)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.delete_space(space=space, by=space.owner, to=None, at=at)
            answer = pool.submit(race, partial(services.accept_invitation, word=token, user=stranger, at=at))
            with pytest.raises(TimeoutError):
                answer.result(timeout=1.5)
        [refusal] = answer.result(timeout=30)
    assert isinstance(refusal, services.InvitationInvalid)


def test_one_person_makes_no_more_spaces_at_once_than_one_by_one(owner, at, settings, patient_locks):
    settings.SPACES_MOST = 3
    results = race(*[partial(services.create_space, owner=owner, name="Many", at=at)] * 10)
    assert sum(isinstance(result, Space) for result in results) == 3
    assert SpaceMember.objects.filter(person=owner).count() == 3


def test_every_two_services_of_a_space_at_once_end_and_leave_an_owner(make_user, join, at, patient_locks):
    """Each pair of moves, on a space of its own; a circle of waiting would be an error of the database."""
    owner, second, third, guest = (make_user(name) for name in ("anna", "second", "third", "guest"))
    for pair in itertools.combinations_with_replacement(range(9), 2):
        space = services.create_space(owner=owner, name="Pairs", at=at)
        join(space, second, "owner")
        join(space, third, "admin")
        invited = {"space": space, "by": owner, "role": SpaceRole.EDITOR, "at": at}
        invitation = services.invite_person(person=guest, **invited)
        moves = (
            leave(space, owner, at),
            leave(space, second, at),
            lower(space, second, owner, at),
            partial(services.change_role, space=space, by=owner, person=third, role=SpaceRole.OWNER, at=at),
            partial(services.delete_space, space=space, by=second, to=None, at=at),
            partial(services.invite_person, person=guest, **invited),
            partial(services.accept_invitation, word=str(invitation.pk), user=guest, at=at),
            partial(services.vacate_spaces, user_id=third.pk, at=at),
            partial(services.update_space, space=space, by=third, changes={"name": "New"}, at=at),
        )
        results = race(*(moves[n] for n in pair))
        strays = [found for found in results if isinstance(found, Exception) and not isinstance(found, REFUSALS)]
        assert strays == [], pair
        if Space.objects.filter(pk=space.pk).exists():
            assert_has_owner(space)
        SpaceInvitation.objects.all().delete()
        Space.objects.all().delete()
