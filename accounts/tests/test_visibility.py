"""Who sees whom."""

from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Session, User
from accounts.queries import living_sessions
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
        Session.objects.create(user=user, created_at=at, used_at=at, expires_at=at)
    assert [session.user for session in Session.objects.filter(in_good_standing("user__"))] == [owner]


def test_nobody_is_not_the_person_without_an_id(owner):
    assert Viewer(user=AnonymousUser()).user_id is None
    assert User.objects.visible_to(Viewer(user=AnonymousUser())).get() == owner


@pytest.fixture
def session(owner, at) -> Session:
    return open_session(user=owner, device=Device(user_agent="", address=""), at=at).session


ENDS = {
    "nothing happens": (lambda session, at: None, True),
    "it ends": (lambda session, at: end_session(session=session, at=at), False),
    "it expires": (lambda session, at: Session.objects.update(expires_at=at), False),
    "its person is suspended": (
        lambda session, at: User.objects.filter(pk=session.user_id).update(is_active=False),
        False,
    ),
    "its person's version counts up": (
        lambda session, at: User.objects.filter(pk=session.user_id).update(session_version=1),
        False,
    ),
    "its person's version counts back": (lambda session, at: Session.objects.update(version=1), False),
    "another person's version counts up": (
        lambda session, at: User.objects.filter(username="stranger").update(session_version=1),
        True,
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_session_is_alive_until(session, stranger, at, name):
    happens, alive = ENDS[name]
    happens(session, at)
    assert Session.objects.alive(at=at).exists() == alive
    assert Session.objects.with_liveness(at=at).get().is_alive == alive
    assert living_sessions([session.pk], at) == ({session.pk} if alive else set())


def test_of_many_sessions_the_living_are_found_in_one_query(owner, stranger, at, django_assert_num_queries):
    device = Device(user_agent="", address="")
    alive, over, elsewhere = (
        open_session(user=user, device=device, at=at).session for user in (owner, owner, stranger)
    )
    end_session(session=over, at=at)
    with django_assert_num_queries(1):
        assert living_sessions([alive.pk, over.pk, elsewhere.pk, uuid4()], at) == {alive.pk, elsewhere.pk}
    assert living_sessions([], at) == set()


def test_one_sees_ones_own_sessions_and_nobody_elses(session, owner, stranger):
    seen = [list(Session.objects.visible_to(Viewer(user=viewer))) for viewer in (owner, stranger, AnonymousUser())]
    assert seen == [[session], [], []]


def test_only_accounts_that_never_confirmed_their_address_are_overdue(owner, newcomer, latecomer):
    assert list(User.objects.never_verified(before=newcomer.created_at)) == [latecomer]
    assert set(User.objects.never_verified(before=timezone.now())) == {latecomer, newcomer}


def test_a_name_is_found_in_whatever_case_it_is_typed(owner):
    assert User.objects.get_by_natural_key("OWNER") == owner
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(None)
