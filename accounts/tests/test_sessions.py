"""Signing in, staying signed in, signing out."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import RequestFactory

from accounts import services, tasks
from accounts.backends import LoginBackend
from accounts.events import SessionEnded
from accounts.models import Session, User
from accounts.services.sessions import open_session
from accounts.tokens import RefreshToken, read_token
from config.lib.testing import emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

DEVICE = services.Device(user_agent="a browser", address="192.0.2.7")


def log_in(login: str, password: str = PASSWORD, *, at) -> services.TokenPair:
    return services.log_in(request=RequestFactory().post("/"), login=login, password=password, device=DEVICE, at=at)


@pytest.mark.parametrize("login", ["owner", "OWNER", " owner ", "owner@example.org", "Owner@Example.org"])
def test_name_or_address_and_password_open_a_session(owner, login, at):
    session = log_in(login, at=at).session
    session.refresh_from_db()
    assert (session.user, session.user_agent, session.address) == (owner, "a browser", "192.0.2.7")
    assert session.expires_at == at + timedelta(days=30)
    owner.refresh_from_db()
    assert owner.last_login == at


@pytest.mark.parametrize("login", ["owner", "owner@example.org", "nobody", "nobody@example.org", "@"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(owner, login, at):
    with pytest.raises(services.LoginFailed):
        log_in(login, "another password", at=at)
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("name", "refusal"), [("newcomer", services.EmailNotVerified), ("suspended", services.AccountSuspended)]
)
def test_why_somebody_may_not_sign_in_is_said_to_the_right_password_only(name, refusal, request, at):
    user = request.getfixturevalue(name)
    for login in (user.username, user.email):
        with pytest.raises(refusal):
            log_in(login, at=at)
        with pytest.raises(services.LoginFailed):
            log_in(login, "another password", at=at)


def test_signing_in_does_not_tell_whether_an_address_has_an_account(registration, owner, at):
    """Whoever registers with a stranger's address and then signs in with the new password learns nothing."""
    for username, email in (("fresh-one", "fresh@example.org"), ("taken-one", owner.email)):
        services.register(**registration | {"username": username, "email": email, "password": "their password"}, at=at)
        for login in (username, email):
            with pytest.raises(services.EmailNotVerified):
                log_in(login, "their password", at=at)
    assert log_in(owner.email, at=at).session.user == owner


class CountingHasher(MD5PasswordHasher):
    """Hashes as the suite does, and counts."""

    runs = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.runs += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("password", ["another password", "their password"])
def test_the_work_of_a_sign_in_does_not_tell_whether_an_address_has_an_account(
    registration, owner, at, settings, password
):
    settings.PASSWORD_HASHERS = ["accounts.tests.test_sessions.CountingHasher"]
    for username, email in (("fresh-one", "fresh@example.org"), ("taken-one", owner.email)):
        services.register(**registration | {"username": username, "email": email, "password": "their password"}, at=at)
    runs = []
    for login in ("fresh@example.org", owner.email, "unknown@example.org"):
        CountingHasher.runs = 0
        with pytest.raises((services.LoginFailed, services.EmailNotVerified)):
            log_in(login, password, at=at)
        runs.append(CountingHasher.runs)
    assert runs == [2, 2, 2]
    for login in ("owner", "unknown"):
        CountingHasher.runs = 0
        with pytest.raises(services.LoginFailed):
            log_in(login, "another password", at=at)
        assert CountingHasher.runs == 1


def test_a_name_or_a_password_that_is_missing_finds_nobody(owner):
    assert authenticate(None, username="owner", password="") is None
    assert authenticate(None, username="", password=PASSWORD) is None


def test_a_session_of_the_admin_ends_with_a_suspension(owner, suspended):
    assert LoginBackend().get_user(owner.pk) == owner
    assert LoginBackend().get_user(suspended.pk) is None


def test_what_a_device_says_of_itself_is_cut_to_what_is_kept(owner, at):
    device = services.Device(user_agent="a\0b" + "x" * 300, address="")
    session = open_session(user=owner, device=device, at=at).session
    session.refresh_from_db()
    assert session.user_agent == "ab" + "x" * 198
    assert session.address is None


def test_a_refresh_spends_the_old_token_and_does_not_move_the_end(owner, at):
    first = log_in("owner", at=at)
    later = at + timedelta(minutes=5)
    with emitted() as events:
        second = services.refresh_session(refresh=first.refresh, at=later)
    assert events == []
    assert second.refresh != first.refresh
    session = Session.objects.get()
    assert (session.used_at, session.expires_at) == (later, at + timedelta(days=30))
    assert RefreshToken(second.refresh)["exp"] == int(session.expires_at.timestamp())
    assert read_token(RefreshToken, second.refresh).jti == session.refresh_jti


def test_a_spent_token_ends_the_session_and_with_it_the_token_that_replaced_it(owner, at):
    first = log_in("owner", at=at)
    second = services.refresh_session(refresh=first.refresh, at=at)
    with pytest.raises(services.TokenReused):
        services.refresh_session(refresh=first.refresh, at=at)
    assert Session.objects.get().ended_at == at
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=second.refresh, at=at)


def test_a_spent_token_leaves_other_sessions_alone(owner, at):
    first, other = log_in("owner", at=at), log_in("owner", at=at)
    services.refresh_session(refresh=first.refresh, at=at)
    with pytest.raises(services.TokenReused):
        services.refresh_session(refresh=first.refresh, at=at)
    assert services.refresh_session(refresh=other.refresh, at=at)


def test_a_new_token_ends_with_its_session_and_not_thirty_days_from_now(owner, at):
    pair = log_in("owner", at=at)
    end = at + timedelta(days=3)
    Session.objects.update(expires_at=end)
    pair = services.refresh_session(refresh=pair.refresh, at=at)
    assert RefreshToken(pair.refresh)["exp"] == int(end.timestamp())


def test_no_refresh_outlives_thirty_days(owner, at):
    pair = log_in("owner", at=at)
    pair = services.refresh_session(refresh=pair.refresh, at=at + timedelta(days=29))
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=pair.refresh, at=at + timedelta(days=30))


def test_a_suspended_person_refreshes_nothing(owner, at):
    pair = log_in("owner", at=at)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=pair.refresh, at=at)


def test_ending_a_session_twice_changes_nothing_and_is_told_once(owner, at):
    session = log_in("owner", at=at).session
    with emitted() as events:
        services.end_session(session=session, at=at)
        services.end_session(session=session, at=at + timedelta(hours=1))
    assert events == [SessionEnded(session_id=str(session.pk), user_id=owner.pk)]
    session.refresh_from_db()
    assert session.ended_at == at


def test_a_spent_token_tells_that_its_session_ended(owner, at):
    first = log_in("owner", at=at)
    services.refresh_session(refresh=first.refresh, at=at)
    with emitted() as events, pytest.raises(services.TokenReused):
        services.refresh_session(refresh=first.refresh, at=at)
    assert events == [SessionEnded(session_id=str(first.session.pk), user_id=owner.pk)]


def test_all_other_devices_are_signed_out_and_nobody_elses(owner, stranger, at):
    here, there, over = (log_in("owner", at=at).session for _ in range(3))
    elsewhere = log_in("stranger", at=at).session
    services.end_session(session=over, at=at)
    with emitted() as events:
        services.end_other_sessions(session=here, at=at)
        services.end_other_sessions(session=here, at=at)
    assert events == [SessionEnded(session_id=str(there.pk), user_id=owner.pk)]
    assert set(Session.objects.alive(at=at)) == {here, elsewhere}


def test_no_session_is_opened_for_somebody_who_is_suspended(suspended, at):
    with pytest.raises(services.LoginFailed):
        open_session(user=suspended, device=DEVICE, at=at)
    assert not Session.objects.exists()


def test_a_sign_in_that_was_overtaken_by_another_password_opens_nothing(owner, at):
    """The password was right when it was checked; before the session stood there, it was another."""
    checked = User.objects.get(pk=owner.pk)
    services.change_password(user=owner, password="quite another place", at=at)
    with pytest.raises(services.LoginFailed):
        open_session(user=checked, device=DEVICE, at=at)
    assert not Session.objects.exists()


def test_a_sign_in_that_was_overtaken_by_a_suspension_opens_nothing_even_when_that_was_lifted(owner, at):
    checked = User.objects.get(pk=owner.pk)
    services.suspend_user(user=owner, reason="Spam.", at=at)
    for _ in range(2):
        with pytest.raises(services.LoginFailed):
            open_session(user=checked, device=DEVICE, at=at)
        services.lift_suspension(user=owner, at=at)
    assert not Session.objects.exists()


def test_sessions_that_ended_a_month_ago_are_forgotten_and_their_tokens_stay_refused(owner, at, monkeypatch):
    monkeypatch.setattr("config.lib.forgetting.CHUNK", 1)
    ended, expired, living = (log_in("owner", at=at) for _ in range(3))
    services.end_session(session=ended.session, at=at)
    Session.objects.filter(pk=expired.session.pk).update(expires_at=at)
    Session.objects.filter(pk=living.session.pk).update(expires_at=at + timedelta(days=90))
    month = timedelta(days=30)
    assert services.forget_sessions(at=at + month) == 0
    assert services.forget_sessions(at=at + month + timedelta(seconds=1)) == 2
    assert Session.objects.get() == living.session
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=ended.refresh, at=at)
    assert tasks.forget_sessions() == 0
