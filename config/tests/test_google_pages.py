"""The button "Continue with Google", and the way back, as a browser goes it."""

import time
from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import User
from config.composed import google_pages
from config.lib.testing import Api
from config.lib.testing_bucket import free_port
from config.tests.markup import Markup, assert_tame

pytestmark = pytest.mark.django_db

PAGE = "/login/google/"


@pytest.fixture
def browser() -> Client:
    return Client()


def leave(browser: Client, **fields: str):
    answer = browser.post(PAGE, fields)
    assert answer.status_code == 302, answer.content
    return answer


def data_of(answer) -> dict[str, str]:
    [attributes] = [attributes for _, attributes in Markup(answer).tags if "data-google" in attributes]
    return attributes


@pytest.mark.parametrize("path", ["/login/?next=/upload/", "/join/"])
def test_the_button_is_there_when_it_is_on_and_only_then(browser, google, settings, path):
    answer = browser.get(path)
    assert_tame(answer)
    assert f'action="{PAGE}"' in answer.content.decode()
    settings.GOOGLE = None
    assert "Google" not in browser.get(path).content.decode()


def test_a_browser_goes_to_the_issuer_and_comes_back_signed_in(browser, google):
    google.knows("ada", email="ada@example.org", email_verified=True, name="Ada Lovelace")
    answer = leave(browser, next="/upload/")
    cookie = answer.cookies[google_pages.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", PAGE, 600)
    assert answer["Location"].startswith(f"{google.issuer}/oauth2/authorize?")
    brought = google.consent(answer["Location"], sub="ada")
    back = browser.get(PAGE, brought)
    assert_tame(back)
    assert (back["Cache-Control"], back["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert back.cookies[google_pages.COOKIE]["max-age"] == 0
    data = data_of(back)
    assert data["data-next"] == "/upload/"
    body = {
        "code": data["data-code"],
        "code_verifier": data["data-verifier"],
        "redirect_uri": data["data-redirect-uri"],
        "nonce": data["data-nonce"],
    }
    answer = Api().post("/api/v1/auth/google/", body)
    assert answer.json()["user"]["username"] == "ada-lovelace"


def test_an_answer_is_taken_only_by_the_browser_that_asked_and_once(browser, google):
    google.knows("thief", email="thief@example.org", email_verified=True)
    brought = google.consent(leave(browser)["Location"], sub="thief")
    other = Client()
    assert other.get(PAGE, brought).status_code == 400, "no cookie: a sign-in that somebody else began"
    leave(other)
    assert other.get(PAGE, brought).status_code == 400, "a cookie of another question"
    assert browser.get(PAGE, brought).status_code == 200
    assert browser.get(PAGE, brought).status_code == 400
    assert not User.objects.get_queryset().exists()


@pytest.mark.parametrize("brought", [{}, {"code": "c"}, {"code": "c", "state": ""}, {"code": "c", "state": "x"}])
def test_what_does_not_belong_to_the_question_leads_nowhere(browser, google, brought):
    leave(browser)
    answer = browser.get(PAGE, brought)
    assert answer.status_code == 400
    assert google_pages.NOT_BEGUN_HERE in answer.content.decode()
    assert_tame(answer)


def test_who_says_no_to_google_is_told_so(browser, google):
    state = dict(pair.split("=") for pair in leave(browser)["Location"].split("?")[1].split("&"))["state"]
    answer = browser.get(PAGE, {"error": "access_denied", "state": state})
    assert answer.status_code == 400
    assert google_pages.SENT_AWAY in answer.content.decode()


def test_after_ten_minutes_it_is_too_late(browser, google, monkeypatch):
    google.knows("ada", email="ada@example.org", email_verified=True)
    brought = google.consent(leave(browser)["Location"], sub="ada")
    later = time.time() + google_pages.LIFETIME_S
    monkeypatch.setattr(google_pages.time, "time", lambda: later)
    assert browser.get(PAGE, brought).status_code == 400


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_ends_on_this_site(browser, google, place):
    google.knows("ada", email="ada@example.org", email_verified=True)
    brought = google.consent(leave(browser, next=place)["Location"], sub="ada")
    assert data_of(browser.get(PAGE, brought))["data-next"] == "/"


def test_what_google_brings_back_is_text(browser, google):
    state = dict(pair.split("=") for pair in leave(browser)["Location"].split("?")[1].split("&"))["state"]
    answer = browser.get(PAGE, {"code": '"><script>alert(1)</script>', "state": state})
    assert answer.status_code == 200
    assert_tame(answer)


def test_the_way_begins_with_a_press_on_our_own_page(google):
    assert Client(enforce_csrf_checks=True).post(PAGE).status_code == 403


def test_where_it_is_off_or_away_the_page_says_so(browser, google, settings):
    settings.GOOGLE = replace(settings.GOOGLE, issuer=f"http://127.0.0.1:{free_port()}")
    assert browser.post(PAGE).status_code == 503
    settings.GOOGLE = None
    assert browser.post(PAGE).status_code == 409
    assert browser.get(PAGE).status_code == 400
