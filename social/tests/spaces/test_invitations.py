"""Invitations: good once, for two weeks, for whom they name; whatever else is answered alike."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.services import suspend_user
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from social import services
from social.choices import SpaceRole
from social.events import AddressInvited, InvitationAccepted, InvitationDeclined, InvitationSent, MemberAdded
from social.models import SpaceInvitation, SpaceMember
from social.services.spaces.inviting import GOOD_FOR

pytestmark = pytest.mark.django_db


def refused(word: str, user, at) -> bool:
    """Whether this word neither lets the person in nor lets them decline."""
    for answer in (services.accept_invitation, services.decline_invitation):
        with pytest.raises(services.InvitationInvalid), transaction.atomic():
            answer(word=word, user=user, at=at)
    return not SpaceMember.objects.filter(person=user).exists()


def test_accepting_makes_a_member_once_and_tells_both(space, owner, stranger, invite, at, roles):
    invitation, token = invite(stranger, role="editor")
    with emitted() as events:
        services.accept_invitation(word=token, user=stranger, at=at)
    told = {"space_id": space.pk, "person_id": stranger.pk, "by_id": owner.pk}
    assert events == [InvitationAccepted(**told), MemberAdded(**told, role="editor")]
    assert roles(space) == {"owner": "owner", "stranger": "editor"}
    for word in (token, str(invitation.pk)):
        with pytest.raises(services.InvitationInvalid):
            services.accept_invitation(word=word, user=stranger, at=at)


def test_both_kinds_are_told_by_an_event_without_the_address(space, owner, stranger, invite):
    with emitted() as events:
        named, _ = invite(stranger)
        addressed, _ = invite(email="Somebody@Example.org")
    told = {"space_id": space.pk, "by_id": owner.pk}
    assert events == [
        InvitationSent(invitation_id=named.pk, invitee_id=stranger.pk, **told),
        AddressInvited(invitation_id=addressed.pk, **told),
    ]
    assert addressed.email == "somebody@example.org"


def test_the_token_is_kept_nowhere_and_the_same_each_time(invite, settings, stranger, at):
    invitation, token = invite(email="stranger@example.org")
    assert len(token) == 32
    assert token not in str(SpaceInvitation.objects.values().get())
    assert services.token_of(invitation) == token
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another secret of fifty letters " * 2
    assert services.token_of(invitation) == token
    settings.SECRET_KEY_FALLBACKS = []
    assert services.token_of(invitation) == ""
    services.accept_invitation(word=token, user=stranger, at=at)


def test_one_by_name_is_for_that_person_alone(make_user, stranger, invite, at):
    invitation, token = invite(stranger)
    finder = make_user("finder")
    for word in (token, str(invitation.pk)):
        assert refused(word, finder, at)
    services.accept_invitation(word=str(invitation.pk), user=stranger, at=at)


def test_one_to_an_address_is_for_its_owner_and_for_whoever_holds_the_token(make_user, stranger, invite, at):
    addressed, _ = invite(email="stranger@example.org")
    services.accept_invitation(word=str(addressed.pk), user=stranger, at=at)
    other, token = invite(email="at-work@example.org")
    colleague = make_user("colleague")
    with pytest.raises(services.InvitationInvalid), transaction.atomic():
        services.accept_invitation(word=str(other.pk), user=colleague, at=at)  # an id is no secret
    services.accept_invitation(word=token, user=colleague, at=at)


def test_expired_declined_revoked_replaced_and_invented_ones_are_refused_alike(owner, stranger, invite, at):
    _, token = invite(stranger)
    assert refused(token, stranger, at + GOOD_FOR)
    _, again = invite(stranger)
    assert refused(token, stranger, at), "replaced"
    with emitted() as events:
        services.decline_invitation(word=again, user=stranger, at=at)
    [event] = events
    assert isinstance(event, InvitationDeclined)
    assert refused(again, stranger, at)
    third, token = invite(stranger)
    services.revoke_invitation(invitation=third, by=owner)
    with emitted() as events:
        services.revoke_invitation(invitation=third, by=owner)
    assert events == []
    assert refused(token, stranger, at)
    for invented in ("x" * 32, "1", "9" * 18, "9" * 30, "٣", ""):
        assert refused(invented, stranger, at)


@pytest.mark.parametrize("blocker", ["owner", "stranger"])
def test_a_block_either_way_since_then_makes_it_worthless(owner, stranger, invite, at, blocker):
    _, by_name = invite(stranger)
    _, by_token = invite(email="elsewhere@example.org")
    first, second = (owner, stranger) if blocker == "owner" else (stranger, owner)
    services.block_user(blocker=first, blocked=second, at=at)
    assert refused(by_name, stranger, at)
    assert refused(by_token, stranger, at)
    assert not SpaceInvitation.objects.addressed_to(Viewer(user=stranger)).exists()


def test_one_of_somebody_suspended_is_worthless(owner, stranger, invite, at):
    _, token = invite(stranger)
    suspend_user(user=owner, reason="spam", at=at)
    assert refused(token, stranger, at)


def test_coming_in_uses_up_all_that_one_has_got_for_that_space(stranger, invite, at):
    _, token = invite(stranger)
    invite(email="stranger@example.org", role="viewer")
    services.accept_invitation(word=token, user=stranger, at=at)
    assert SpaceInvitation.objects.count() == 0


def test_a_token_does_not_raise_who_is_in_already(cast, invite, at):
    _, token = invite(email="elsewhere@example.org", role="admin")
    with pytest.raises(services.AlreadyMember):
        services.accept_invitation(word=token, user=cast["viewer"], at=at)
    assert SpaceMember.objects.get(person=cast["viewer"]).role == "viewer"


def test_who_is_in_is_not_asked_again(cast, space, owner, at):
    with pytest.raises(services.AlreadyMember):
        services.invite_person(space=space, by=owner, person=cast["viewer"], role=SpaceRole.EDITOR, at=at)


@pytest.mark.parametrize("actor", ["admin", "editor", "commenter", "viewer"])
@pytest.mark.parametrize("role", ["admin", "editor"])
def test_who_may_ask_whom_in(cast, space, stranger, owner, at, actor, role):
    wish = {"space": space, "person": stranger, "role": SpaceRole(role), "at": at}
    if (actor, role) == ("admin", "editor"):
        made = services.invite_person(by=cast[actor], **wish)
        services.revoke_invitation(invitation=made, by=cast[actor])
        return
    with pytest.raises(services.RoleTooLow):
        services.invite_person(by=cast[actor], **wish)
    made = services.invite_person(by=owner, **wish)
    with pytest.raises(services.RoleTooLow):
        services.revoke_invitation(invitation=made, by=cast[actor])


def test_only_so_many_wait_and_those_over_are_forgotten(invite, settings, at):
    settings.SPACE_INVITATIONS_MOST = 1
    invite(email="first@example.org")
    invite(email="first@example.org")
    with pytest.raises(services.TooManyInvitations), transaction.atomic():
        invite(email="second@example.org")
    assert services.forget_invitations(at=at + GOOD_FOR - timedelta(seconds=1)) == 0
    assert services.forget_invitations(at=at + GOOD_FOR) == 1


def test_the_database_refuses_what_names_nobody_twice_or_an_owner(invite, stranger):
    invitation, _ = invite(stranger)
    rows = SpaceInvitation.objects.filter(pk=invitation.pk)
    for changes in ({"email": "both@example.org"}, {"invitee": None}):
        with pytest.raises(IntegrityError, match="space_invitation_names_one"), transaction.atomic():
            rows.update(**changes)
    with pytest.raises(IntegrityError, match="nobody_is_invited_as_owner"), transaction.atomic():
        rows.update(role="owner")
    values = {**rows.values().get(), "id": None, "digest": "other"}
    with pytest.raises(IntegrityError, match="one_invitation_a_person"), transaction.atomic():
        SpaceInvitation.objects.create(**values)
    values = {**values, "invitee_id": None, "email": "a@example.org"}
    SpaceInvitation.objects.create(**values)
    with pytest.raises(IntegrityError, match="one_invitation_an_address"), transaction.atomic():
        SpaceInvitation.objects.create(**{**values, "digest": "third"})
    with pytest.raises(IntegrityError, match="space_invitation_digest_once"), transaction.atomic():
        SpaceInvitation.objects.create(**{**values, "email": "b@example.org"})
