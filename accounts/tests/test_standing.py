"""Shut out and let in again."""

from datetime import timedelta

import pytest

from accounts import services, tasks
from accounts.authentication import ACCESS_COOKIE
from accounts.events import SessionEnded, SuspensionLifted, UserSuspended
from accounts.models import Session, User
from accounts.services.sessions import open_session
from config.lib.testing import Api, emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

DEVICE = services.Device(user_agent="", address="")
LOGIN, REFRESH, ME = "/api/v1/auth/login/", "/api/v1/auth/token/refresh/", "/api/v1/me/"


@pytest.fixture
def pair(owner, at):
    return open_session(user=owner, device=DEVICE, at=at)


def test_a_suspension_is_kept_with_its_reason_and_told_once(owner, pair, at):
    until = at + timedelta(days=7)
    with emitted() as events:
        user = services.suspend_user(user=owner, reason="Spam.", until=until, at=at)
        services.suspend_user(user=owner, reason="Something else.", at=at + timedelta(hours=1))
    assert events == [SessionEnded(session_id=str(pair.session.pk), user_id=owner.pk), UserSuspended(user_id=owner.pk)]
    user.refresh_from_db()
    assert (user.is_active, user.suspended_at, user.suspended_until) == (False, at, until)
    assert (user.suspension_reason, user.session_version) == ("Spam.", 1)
    pair.session.refresh_from_db()
    assert pair.session.ended_at == at


def test_a_lifted_suspension_leaves_nothing_but_the_end_of_the_sessions(owner, pair, at):
    services.suspend_user(user=owner, reason="Spam.", until=at + timedelta(days=7), at=at)
    with emitted() as events:
        user = services.lift_suspension(user=owner, at=at)
        services.lift_suspension(user=owner, at=at)
    assert events == [SuspensionLifted(user_id=owner.pk)]
    user.refresh_from_db()
    assert (user.is_active, user.suspended_at, user.suspended_until, user.suspension_reason) == (True, None, None, "")
    assert user.session_version == 1
    assert not Session.objects.alive(at=at).exists()


def test_a_session_that_a_suspension_missed_is_over_by_its_version(owner, pair, at):
    """The row is the record, the number is the proof."""
    services.suspend_user(user=owner, reason="Spam.", at=at)
    services.lift_suspension(user=owner, at=at)
    Session.objects.update(ended_at=None)
    assert not Session.objects.alive(at=at).exists()


def bearer(pair) -> int:
    return Api().get(ME, headers={"authorization": f"Bearer {pair.access}"}).status_code


def cookie(pair) -> int:
    browser = Api()
    browser.cookies[ACCESS_COOKIE] = pair.access
    return browser.get(ME).status_code


def refresh(pair) -> int:
    return Api().post(REFRESH, {"refresh": pair.refresh}).status_code


@pytest.mark.parametrize("way", [bearer, cookie, refresh])
def test_a_suspended_person_is_out_at_the_next_request_and_stays_out_with_what_they_hold(owner, pair, at, way):
    services.suspend_user(user=owner, reason="Spam.", at=at)
    assert way(pair) == 401
    services.lift_suspension(user=owner, at=at)
    assert way(pair) == 401
    fresh = open_session(user=User.objects.get(pk=owner.pk), device=DEVICE, at=at)
    assert way(fresh) == 200
    assert way(pair) == 401


def test_somebody_who_is_suspended_is_told_why_and_until_when(api, owner, at):
    services.suspend_user(user=owner, reason="Spam.", until=at.replace(microsecond=0) + timedelta(days=7), at=at)
    answer = api.post(LOGIN, {"login": "owner", "password": PASSWORD})
    body = api.problem(answer, status=403, code="account_suspended")
    assert body["reason"] == "Spam."
    assert body["until"] == (at + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    services.lift_suspension(user=owner, at=at)
    assert api.post(LOGIN, {"login": "owner", "password": PASSWORD}).status_code == 200


def test_a_suspension_for_a_time_is_lifted_when_it_is_over_and_one_without_end_is_not(make_user, at):
    names = {"early": timedelta(hours=1), "late": timedelta(hours=3), "forever": None}
    for name, lasts in names.items():
        services.suspend_user(user=make_user(name), reason="Spam.", until=at + lasts if lasts else None, at=at)
    with emitted() as events:
        assert services.lift_due_suspensions(at=at + timedelta(hours=2)) == 1
        assert services.lift_due_suspensions(at=at + timedelta(hours=2)) == 0
    early = User.objects.get(username="early")
    assert events == [SuspensionLifted(user_id=early.pk)]
    assert set(User.objects.get_queryset().filter(is_active=False).values_list("username", flat=True)) == {
        "late",
        "forever",
    }


def test_the_beat_lifts_what_is_due(owner, at):
    services.suspend_user(user=owner, reason="Spam.", until=at - timedelta(seconds=1), at=at - timedelta(hours=1))
    assert tasks.lift_due_suspensions() == 1
    owner.refresh_from_db()
    assert owner.is_active
