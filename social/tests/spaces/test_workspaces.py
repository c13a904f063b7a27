"""What a space says, who may say it, and how it goes."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from config.lib.testing import emitted
from config.lib.viewer import Viewer
from social import services
from social.choices import SpaceRole
from social.events import SpaceCreated, SpaceDeleted, SpaceUpdated
from social.models import Space, SpaceInvitation, SpaceMember
from social.services.spaces import vacating

pytestmark = pytest.mark.django_db


def test_who_makes_a_space_owns_it(owner, at, roles):
    with emitted() as events:
        space = services.create_space(owner=owner, name="Small hours", at=at)
    assert roles(space) == {"owner": "owner"}
    assert space.owner == owner
    assert events == [SpaceCreated(space_id=space.pk, by_id=owner.pk)]


def test_a_person_is_in_so_many_spaces_and_no_more(owner, at, settings, stranger, space, invite):
    settings.SPACES_MOST = 1
    with pytest.raises(services.TooManySpaces):
        services.create_space(owner=owner, name="Another", at=at)
    services.create_space(owner=stranger, name="Theirs", at=at)
    invitation, token = invite(stranger)
    with pytest.raises(services.TooManySpaces), transaction.atomic():
        services.accept_invitation(word=token, user=stranger, at=at)
    assert type(invitation).objects.filter(pk=invitation.pk).exists(), "it is good once there is room"


def test_admins_and_owners_say_what_it_is_and_twice_is_once(cast, space, at):
    for name in ("admin", "owner"):
        with emitted() as events:
            for _ in range(2):
                services.update_space(space=space, by=cast[name], changes={"description": f"by {name}"}, at=at)
        assert events == [SpaceUpdated(space_id=space.pk, by_id=cast[name].pk)]
    for name in ("editor", "commenter", "viewer"):
        with pytest.raises(services.RoleTooLow):
            services.update_space(space=space, by=cast[name], changes={"description": "mine"}, at=at)
    assert Space.objects.get().description == "by owner"


def test_only_owners_delete_it_and_an_empty_one_goes_with_all_rows(cast, space, at, invite):
    invite(email="somebody@example.org")
    for name in ("admin", "editor", "viewer"):
        with pytest.raises(services.RoleTooLow):
            services.delete_space(space=space, by=cast[name], to=None, at=at)
    with emitted() as events:
        services.delete_space(space=space, by=cast["owner"], to=None, at=at)
    assert events == [SpaceDeleted(space_id=space.pk, by_id=cast["owner"].pk)]
    assert (Space.objects.count(), SpaceMember.objects.count()) == (0, 0)
    with pytest.raises(Space.DoesNotExist):
        services.delete_space(space=space, by=cast["owner"], to=None, at=at)


def test_who_is_not_in_it_finds_no_space(space, stranger, at):
    for act in (
        lambda: services.update_space(space=space, by=stranger, changes={"name": "x"}, at=at),
        lambda: services.delete_space(space=space, by=stranger, to=None, at=at),
        lambda: services.hold_role(space_id=space.pk, user=stranger, least=SpaceRole.VIEWER),
        lambda: services.lock_role(space_id=space.pk, user=stranger, least=SpaceRole.VIEWER),
    ):
        with pytest.raises(Space.DoesNotExist), transaction.atomic():
            act()


def test_a_role_is_held_only_where_it_is_high_enough(cast, space):
    services.hold_role(space_id=space.pk, user=cast["editor"], least=SpaceRole.EDITOR)
    with pytest.raises(services.RoleTooLow):
        services.hold_role(space_id=space.pk, user=cast["viewer"], least=SpaceRole.EDITOR)


def test_the_database_refuses_what_is_no_space_and_no_member(space, owner, at):
    row = {"space": space, "person": owner, "role_since": at, "created_at": at}
    with pytest.raises(IntegrityError, match="member_once"), transaction.atomic():
        SpaceMember.objects.create(**row, role="viewer")
    with pytest.raises(IntegrityError, match="member_role_known"), transaction.atomic():
        SpaceMember.objects.filter(space=space).update(role="king")
    with pytest.raises(IntegrityError, match="space_has_name"), transaction.atomic():
        Space.objects.filter(pk=space.pk).update(name="")


def test_rows_speak_of_themselves(space, owner, invite):
    member = SpaceMember.objects.get()
    invitation, _ = invite(email="somebody@example.org")
    assert (str(space), str(member)) == ("Small hours", f"{owner.pk} is owner of space {space.pk}")
    assert str(invitation) == f"invitation {invitation.pk} to space {space.pk}"


def test_nobody_sees_no_space_and_no_invitation(space, invite):
    invite(email="somebody@example.org")
    nobody = Viewer(user=AnonymousUser())
    assert not Space.objects.visible_to(nobody).exists()
    assert not SpaceMember.objects.visible_to(nobody).exists()
    assert not SpaceInvitation.objects.visible_to(nobody).exists()


def test_vacating_twice_and_without_being_in_changes_nothing(cast, space, stranger, at, roles):
    before = roles(space)
    with emitted() as events:
        assert vacating.vacate_space(space_id=space.pk, user_id=stranger.pk, at=at)
        vacating.remove_space(space_id=space.pk + 99, at=at)
    assert (roles(space), events) == (before, [])
