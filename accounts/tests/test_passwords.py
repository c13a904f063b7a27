"""A new password, by whichever door, ends what the old one opened."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.events import PasswordChanged, SessionEnded
from accounts.models import Session, User
from accounts.services.sessions import open_session
from config.lib.testing import Api, emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

DEVICE = services.Device(user_agent="", address="")
OTHER = "quite another place"
PASSWORD_PAGE = "/admin/password_change/"


def open_for(user: User) -> services.TokenPair:
    return open_session(user=User.objects.get(pk=user.pk), device=DEVICE, at=timezone.now())


def status(pair: services.TokenPair) -> int:
    return Api().get("/api/v1/me/", headers={"authorization": f"Bearer {pair.access}"}).status_code


def refreshed(pair: services.TokenPair) -> int:
    return Api().post("/api/v1/auth/token/refresh/", {"refresh": pair.refresh}).status_code


def test_a_new_password_signs_out_everything_but_the_session_that_is_kept(owner, stranger, at):
    here, there, elsewhere = open_for(owner), open_for(owner), open_for(stranger)
    with emitted() as events:
        services.change_password(user=owner, password=OTHER, keep=here.session, at=at)
    assert events == [
        SessionEnded(session_id=str(there.session.pk), user_id=owner.pk),
        PasswordChanged(user_id=owner.pk),
    ]
    assert [status(pair) for pair in (here, there, elsewhere)] == [200, 401, 200]
    assert [refreshed(pair) for pair in (here, there, elsewhere)] == [200, 401, 200]
    assert User.objects.get(pk=owner.pk).check_password(OTHER)


def test_without_a_session_to_keep_nobody_stays_signed_in(owner, at):
    pairs = [open_for(owner), open_for(owner)]
    services.change_password(user=owner, password=OTHER, at=at)
    assert [status(pair) for pair in pairs] == [401, 401]
    assert status(open_for(owner)) == 200


def test_a_session_that_is_kept_twice_is_there_after_both(owner, at):
    here = open_for(owner)
    for password in (OTHER, PASSWORD):
        services.change_password(user=owner, password=password, keep=here.session, at=at)
    assert status(here) == 200


@pytest.mark.parametrize("name", ["over", "somebody else's"])
def test_a_session_that_is_over_or_somebody_elses_is_not_brought_to_life_by_being_kept(owner, stranger, at, name):
    user = owner if name == "over" else stranger
    pair = open_for(user)
    User.objects.filter(pk=user.pk).update(session_version=7)
    services.change_password(user=owner, password=OTHER, keep=pair.session, at=at)
    assert status(pair) == 401
    assert Session.objects.get(pk=pair.session.pk).version == 0


# --- manage.py changepassword


@pytest.fixture
def typed(monkeypatch):
    """What the operator types when asked."""

    def type_in(*words: str) -> None:
        waiting = list(words)
        monkeypatch.setattr("accounts.management.commands.changepassword.getpass", lambda prompt: waiting.pop(0))

    return type_in


def changepassword(*words: str) -> str:
    out = StringIO()
    call_command("changepassword", *words, stdout=out)
    return out.getvalue()


def test_the_command_changes_the_password_and_signs_out(owner, typed):
    pair = open_for(owner)
    typed(OTHER, OTHER)
    assert "The password of owner is changed" in changepassword("Owner")
    assert status(pair) == 401
    assert User.objects.get(pk=owner.pk).check_password(OTHER)


def test_the_command_undoes_no_suspension_that_came_while_it_asked(owner, at, monkeypatch):
    def suspend(prompt: str) -> str:
        services.suspend_user(user=owner, reason="Spam.", at=at)
        return OTHER

    monkeypatch.setattr("accounts.management.commands.changepassword.getpass", suspend)
    changepassword("owner")
    owner.refresh_from_db()
    assert (owner.is_active, owner.session_version) == (False, 2)


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("nobody", (), "There is nobody called nobody"),
        ("owner", (OTHER, PASSWORD), "not the same password twice"),
        ("owner", ("short", "short"), "too short"),
        ("owner", ("owner@example.org",) * 2, "too similar"),
    ],
)
def test_the_command_says_in_a_sentence_what_is_wrong_and_changes_nothing(owner, typed, name, words, sentence):
    typed(*words)
    with pytest.raises(CommandError, match=sentence):
        changepassword(name)
    assert User.objects.get(pk=owner.pk).check_password(PASSWORD)


def test_the_command_takes_the_name_of_the_operator_when_it_is_given_none(owner, typed, monkeypatch):
    monkeypatch.setattr("accounts.management.commands.changepassword.getuser", lambda: "owner")
    typed(OTHER, OTHER)
    changepassword()
    assert User.objects.get(pk=owner.pk).check_password(OTHER)


# --- the admin


@pytest.fixture
def moderator(at) -> User:
    return services.add_staff(email="moderator@example.org", username="moderator", password=PASSWORD, at=at)


def desk(moderator: User) -> Client:
    """The admin, entered with the password."""
    client = Client()
    client.post("/admin/login/", {"username": moderator.username, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    return client


def test_the_page_of_the_admin_signs_out_everything_but_this_browser(moderator):
    here, there, pair = desk(moderator), desk(moderator), open_for(moderator)
    assert here.get(PASSWORD_PAGE).status_code == 200
    form = {"old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER}
    answer = here.post(PASSWORD_PAGE, form)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/password_change/done/")
    assert here.get("/admin/").status_code == 200
    assert there.get("/admin/").status_code == 302
    assert status(pair) == 401
    assert User.objects.get(pk=moderator.pk).check_password(OTHER)


def test_the_page_of_the_admin_asks_for_the_old_password(moderator):
    form = {"old_password": OTHER, "new_password1": OTHER, "new_password2": OTHER}
    pair = open_for(moderator)
    assert desk(moderator).post(PASSWORD_PAGE, form).status_code == 200
    assert status(pair) == 200
    assert User.objects.get(pk=moderator.pk).check_password(PASSWORD)


def test_guesses_at_the_old_password_on_the_page_of_the_admin_are_counted(moderator, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "5/5 minutes"}
    client = desk(moderator)
    form = {"old_password": "a guess", "new_password1": OTHER, "new_password2": OTHER}
    answers = [client.post(PASSWORD_PAGE, form).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert client.post(PASSWORD_PAGE, form | {"old_password": PASSWORD}).status_code == 429
    assert User.objects.get(pk=moderator.pk).check_password(PASSWORD)


def test_nobody_but_staff_opens_the_page_of_the_admin(owner):
    client = Client()
    assert client.get(PASSWORD_PAGE).status_code == 302
    client.force_login(owner)
    assert client.get(PASSWORD_PAGE).status_code == 302


def test_an_entered_admin_is_left_at_a_suspension_and_stays_so_when_it_is_lifted(moderator, at):
    client = desk(moderator)
    services.suspend_user(user=moderator, reason="Gone.", at=at)
    assert client.get("/admin/").status_code == 302
    services.lift_suspension(user=moderator, at=at)
    assert client.get("/admin/").status_code == 302


def test_an_entered_admin_outlives_a_change_of_the_secret_but_not_a_new_version(moderator, settings):
    moved, ended = desk(moderator), desk(moderator)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, [settings.SECRET_KEY]
    assert moved.get("/admin/").status_code == 200
    User.objects.filter(pk=moderator.pk).update(session_version=1)
    assert [client.get("/admin/").status_code for client in (moved, ended)] == [302, 302]
