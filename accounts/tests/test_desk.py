"""The admin's door: a code behind the password."""

from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.desk import PASSED, SIGNED_IN_AT
from accounts.models import SecondFactorDraft, Session, User
from accounts.queries import has_second_factor
from accounts.tests.conftest import Phone
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN, DOOR, INDEX, LOGOUT = "/admin/login/", "/admin/second-factor/", "/admin/", "/admin/logout/"
# Some of what staff may open, and a post.
ROOMS = (INDEX, "/admin/accounts/user/", "/admin/password_change/", "/admin/jsi18n/", "/admin/config/domainevent/")


@pytest.fixture(autouse=True)
def required(settings):
    settings.ADMIN_SECOND_FACTOR = "required"


@pytest.fixture
def moderator(db, at) -> User:
    return services.add_staff(email="moderator@example.org", username="moderator", password=PASSWORD, at=at)


@pytest.fixture
def desk() -> Client:
    """A browser in which the moderator has typed the password."""

    def enter() -> Client:
        client = Client()
        answer = client.post(f"{LOGIN}?next=/admin/accounts/user/", {"username": "moderator", "password": PASSWORD})
        assert answer.status_code == 302, answer.content
        return client

    return enter


class Codes(HTMLParser):
    """What a page shows between <code> and </code>."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "code"

    def handle_data(self, data):
        if self.inside:
            self.found.append(data)
            self.inside = False


def codes_on(answer) -> list[str]:
    return Codes(answer.content.decode()).found


def is_shut(client: Client) -> bool:
    """Every room leads back to the door."""
    answers = [client.get(room) for room in ROOMS]
    return all(answer.status_code == 302 and answer["Location"].startswith(LOGIN) for answer in answers)


def test_staff_without_a_factor_are_led_to_set_one_up_and_refused_everything_else(moderator, desk):
    client = desk()
    assert is_shut(client)
    [(to_login, _), (to_door, _)] = client.get("/admin/accounts/user/", follow=True).redirect_chain
    assert to_login == "/admin/login/?next=/admin/accounts/user/"
    assert to_door == "/admin/second-factor/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    assert "Set up an authenticator app" in client.get(to_door).content.decode()
    assert not SecondFactorDraft.objects.exists(), "looking makes nothing"


def test_staff_set_one_up_within_the_admin_and_are_in(moderator, desk, session_of, sign_in):
    telephone, client = sign_in(moderator), desk()
    page = client.post(DOOR)
    [secret] = codes_on(page)
    assert "data:image/svg+xml;base64," in page.content.decode()
    wrong = client.post(DOOR, {"otp": Phone(secret).wrong_code()})
    assert (wrong.status_code, codes_on(wrong)) == (403, [secret])
    assert is_shut(client)
    done = client.post(f"{DOOR}?next=/admin/accounts/user/", {"otp": Phone(secret).code()})
    assert (done.status_code, len(codes_on(done))) == (200, 10)
    assert 'href="/admin/accounts/user/"' in done.content.decode()
    assert "no-store" in done["Cache-Control"]
    assert [client.get(room).status_code for room in ROOMS] == [200] * len(ROOMS)
    assert telephone.get("/api/v1/me/").status_code == 401
    assert "The second factor is on" in client.get(DOOR).content.decode()


def test_who_has_one_is_asked_for_a_code_after_the_password(moderator, desk, equip):
    phone = equip(moderator)
    client = desk()
    assert is_shut(client)
    for otp in (phone.wrong_code(), ""):
        assert client.post(DOOR, {"otp": otp}).status_code == 403
    assert client.post(DOOR).status_code == 403
    assert is_shut(client)
    before = client.session.session_key
    answer = client.post(f"{DOOR}?next=/admin/accounts/user/", {"otp": phone.code()})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/accounts/user/")
    assert client.session.session_key != before
    assert client.get(INDEX).status_code == 200


def test_a_code_lets_one_browser_in_and_a_recovery_code_another(moderator, desk, equip):
    phone = equip(moderator)
    first, second = desk(), desk()
    code = phone.code()
    assert [client.post(DOOR, {"otp": code}).status_code for client in (first, second)] == [302, 403]
    assert is_shut(second)
    assert second.post(DOOR, {"otp": phone.recovery_codes[0]}).status_code == 302
    assert second.get(INDEX).status_code == 200


def test_a_factor_that_is_set_up_anew_is_asked_for_anew(moderator, desk, equip):
    client = desk()
    client.post(DOOR)
    draft = services.draft_of(user=moderator, at=timezone.now())
    client.post(DOOR, {"otp": Phone(draft.secret).code()})
    assert client.get(INDEX).status_code == 200
    session = client.session
    session[PASSED] = session[PASSED] + 1
    session.save()
    assert is_shut(client)


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_door_leads_nowhere_else(moderator, desk, equip, place):
    phone = equip(moderator)
    answer = desk().post(f"{DOOR}?next={place}", {"otp": phone.code()})
    assert answer["Location"] == INDEX


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_but_staff_comes_to_the_door(owner, method):
    client = Client()
    assert getattr(client, method)(DOOR)["Location"] == LOGIN
    client.force_login(owner)
    assert getattr(client, method)(DOOR)["Location"] == LOGIN


def test_a_sign_in_of_an_hour_ago_sets_nothing_up(moderator, desk):
    client = desk()
    session = client.session
    session[SIGNED_IN_AT] -= 3600
    session.save()
    answer = client.post(DOOR)
    assert answer["Location"] == "/admin/login/?next=%2Fadmin%2Fsecond-factor%2F"
    assert "_auth_user_id" not in client.session
    assert not SecondFactorDraft.objects.exists()


def test_who_has_given_the_password_alone_can_sign_out(moderator, desk):
    client = desk()
    assert client.post(LOGOUT).status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_draft_that_is_too_late_begins_again(moderator, desk):
    client = desk()
    client.post(DOOR)
    SecondFactorDraft.objects.update(created_at=timezone.now() - timedelta(minutes=15))
    answer = client.post(DOOR, {"otp": "123456"})
    assert answer.status_code == 409
    assert "Set up an authenticator app" in answer.content.decode()


def test_codes_are_guessed_at_under_the_limits_of_passwords(moderator, desk, equip, settings, api):
    phone = equip(moderator)
    client = desk()
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "3/5 minutes"}
    wrong = {"otp": phone.wrong_code()}
    assert [client.post(DOOR, wrong).status_code for _ in range(4)] == [403] * 3 + [429]
    assert client.post(DOOR, {"otp": phone.code()}).status_code == 429
    # One count for both doors: the API's sign-in takes no further guess either.
    answer = api.post("/api/v1/auth/login/", {"login": "moderator", "password": PASSWORD, "otp": phone.code()})
    api.problem(answer, status=429, code="throttled")


def test_where_it_is_optional_staff_enter_without_one_and_whoever_has_one_is_asked(moderator, desk, equip, settings):
    settings.ADMIN_SECOND_FACTOR = "optional"
    assert desk().get(INDEX).status_code == 200
    assert "Set up an authenticator app" in desk().get(DOOR).content.decode()
    equip(moderator)
    assert is_shut(desk())


def test_a_factor_set_up_elsewhere_shuts_the_browsers_that_came_in_without(moderator, desk, equip, settings):
    settings.ADMIN_SECOND_FACTOR = "optional"
    client = desk()
    assert client.get(INDEX).status_code == 200
    equip(moderator)
    assert is_shut(client)


def test_the_form_takes_no_post_of_another_site(moderator, desk, equip):
    phone = equip(moderator)
    client = Client(enforce_csrf_checks=True)
    client.cookies = desk().cookies
    assert client.post(DOOR, {"otp": phone.code()}).status_code == 403
    assert is_shut(client)


def reset(*words: str) -> str:
    out = StringIO()
    call_command("reset_second_factor", *words, stdout=out)
    return out.getvalue()


def test_an_operator_lets_somebody_back_in_whose_telephone_is_lost(moderator, desk, equip, api, sign_in):
    assert reset("Moderator", "--dry-run") == "The second factor of moderator is not there.\n"
    equip(moderator)
    client = desk()
    moderator.refresh_from_db()
    device = sign_in(moderator)
    assert reset("Moderator", "--dry-run") == "The second factor of moderator would be removed.\n"
    assert has_second_factor(moderator.pk)
    assert "is removed, and nobody is signed in" in reset("moderator")
    assert reset("moderator") == "moderator has no second factor; nothing was changed.\n"
    assert device.get("/api/v1/me/").status_code == 401
    assert not Session.objects.alive(at=timezone.now()).exists()
    assert is_shut(client)
    assert "Set up an authenticator app" in desk().get(DOOR).content.decode()


def test_an_operator_is_told_that_there_is_nobody_of_that_name(db):
    with pytest.raises(CommandError, match="nobody called somebody"):
        reset("somebody")
