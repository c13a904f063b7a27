"""Where the links of mails lead: looking spends nothing, no server sees a key before somebody presses."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

from accounts.choices import Purpose
from accounts.models import MailedKey, User
from accounts.services import key_of
from accounts.services.keys import make_key
from accounts.services.registration import add_user
from config.tests.markup import Markup, assert_tame

pytestmark = pytest.mark.django_db

OTHER, NEW = "quite another place", "new@example.org"


def verification(user: User) -> str:
    at = timezone.now()
    person = add_user(User(username="fan", email="fan@example.org", created_at=at), at=at)
    return str(EmailConfirmationHMAC(EmailAddress.objects.get(user=person)).key)


def key_for(purpose: Purpose):
    def make(user: User) -> str:
        email = NEW if purpose == Purpose.EMAIL_CHANGE else ""
        row_id = make_key(purpose=purpose, user=user, email=email, at=timezone.now())
        return key_of(MailedKey.objects.get(pk=row_id))

    return make


# path -> what makes a key for it, and whether it has done its work
PAGES = {
    "/verify-email/": (verification, lambda: User.objects.get(username="fan").verified_at),
    "/reset-password/": (
        key_for(Purpose.PASSWORD_RESET),
        lambda: User.objects.get(username="owner").check_password(OTHER),
    ),
    "/change-email/": (key_for(Purpose.EMAIL_CHANGE), lambda: User.objects.get(username="owner").email == NEW),
}


@pytest.mark.parametrize("path", PAGES)
def test_looking_spends_nothing_and_pressing_does_once(owner, path):
    make, is_done = PAGES[path]
    key = make(owner)
    page = Client(enforce_csrf_checks=True)
    answer = page.get(path)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"
    assert not is_done()
    form = {"key": key, "password": OTHER}
    assert page.post(path, form).status_code == 403
    proof = {"csrfmiddlewaretoken": page.cookies["earshot_csrf"].value}
    for status in (200, 400):
        answer = page.post(path, form | proof)
        assert answer.status_code == status
        assert_tame(answer)
        assert key not in answer.content.decode()
    assert is_done()


@pytest.mark.parametrize("path", PAGES)
def test_a_key_in_the_query_is_not_taken(owner, path):
    make, _ = PAGES[path]
    answer = Client().get(path, {"key": make(owner)})
    assert [
        attributes.get("value", "") for tag, attributes in Markup(answer).tags if attributes.get("name") == "key"
    ] == [""]


@pytest.mark.parametrize("path", PAGES)
def test_a_press_without_a_key_is_refused(owner, path):
    for key in ({}, {"key": ""}, {"key": "\0"}, {"key": '"><script>'}):
        answer = Client().post(path, {"password": OTHER, **key})
        assert answer.status_code == 400
        assert_tame(answer)


@pytest.mark.parametrize("weak", ["", "short", "x" * 257])
def test_a_weak_password_is_asked_for_again_with_the_key_at_hand(owner, weak):
    make, is_done = PAGES["/reset-password/"]
    key = make(owner)
    answer = Client().post("/reset-password/", {"key": key, "password": weak})
    assert answer.status_code == 400
    assert_tame(answer)
    assert key in Markup(answer).values("value")
    assert "Choose another password" in answer.content.decode()
    assert not is_done()
    assert Client().post("/reset-password/", {"key": key, "password": OTHER}).status_code == 200
    assert is_done()


def test_the_script_takes_the_key_from_the_fragment_and_out_of_the_address():
    script = (site.BASE_DIR / "static/js/key.js").read_text()
    assert "location.hash" in script
    assert "history.replaceState" in script
    assert not re.search(r"location\.search", script)


@pytest.mark.parametrize("path", ["/join/", "/login/", "/forgot-password/"])
def test_the_captcha_is_on_the_forms_only_with_keys(path, settings):
    assert_tame(Client().get(path))
    settings.RECAPTCHA_SITE_KEY, settings.RECAPTCHA_SECRET = 'a"site', "a secret"
    answer = Client().get(path)
    policy = {part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split("; ")}
    service = "https://www.google.com/recaptcha/"
    assert policy["script-src"] == ["'self'", service, "https://www.gstatic.com/recaptcha/"]
    assert policy["frame-src"] == [service]
    assert policy["default-src"] == ["'none'"]
    markup = Markup(answer)
    assert f"{service}api.js" in markup.values("src")
    assert markup.values("data-sitekey") == ['a"site']
    assert "a secret" not in answer.content.decode()
    hidden = [attributes for _, attributes in markup.tags if "data-captcha" in attributes and "hidden" in attributes]
    assert bool(hidden) == (path != "/join/")
    assert "google" not in Client().get("/")["Content-Security-Policy"]
