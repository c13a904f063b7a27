"""Who sees whom."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Session, User
from accounts.querysets import in_good_standing
from accounts.services.sessions import Device, end_session, open_session
from config.lib.viewer import Viewer

pytestmark = pytest.mark.django_db

#                  nobody  stranger  oneself
MATRIX = {
    "owner": (True, True, True),
    "newcomer": (False, False, True),
    "suspended": (False, False, True),
}


@pytest.mark.parametrize("name", MATRIX)
def test_only_people_in_good_standing_are_visible_to_others(name, request, stranger):
    seen = request.getfixturevalue(name)
    viewers = (AnonymousUser(), stranger, seen)
    answers = tuple(User.objects.visible_to(Viewer(user=viewer)).filter(pk=seen.pk).exists() for viewer in viewers)
    assert answers == MATRIX[name]


def test_standing_is_asked_of_a_joined_person_too(owner, suspended, at):
    for user in (owner, suspended):
        open_session(user=user, device=Device(user_agent="", address=""), at=at)
    assert [session.user for session in Session.objects.filter(in_good_standing("user__"))] == [owner]


def test_nobody_is_not_the_person_without_an_id(owner):
    assert Viewer(user=AnonymousUser()).user_id is None
    assert User.objects.visible_to(Viewer(user=AnonymousUser())).get() == owner


def test_a_session_is_alive_until_it_ends_expires_or_its_person_is_suspended(owner, suspended, at):
    device = Device(user_agent="", address="")
    alive, ended, sleeping = (
        open_session(user=user, device=device, at=at).session for user in (owner, owner, suspended)
    )
    end_session(session=ended, at=at)
    assert list(Session.objects.alive(at=at)) == [alive]
    assert not Session.objects.alive(at=alive.expires_at).exists()
    assert sleeping.user == suspended


def test_only_accounts_that_never_confirmed_their_address_are_overdue(owner, newcomer, latecomer):
    assert list(User.objects.never_verified(before=newcomer.created_at)) == [latecomer]
    assert set(User.objects.never_verified(before=timezone.now())) == {latecomer, newcomer}


def test_a_name_is_found_in_whatever_case_it_is_typed(owner):
    assert User.objects.get_by_natural_key("OWNER") == owner
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)
