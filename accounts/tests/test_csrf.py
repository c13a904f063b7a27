"""A cookie is sent by every page of the web; a proof of origin is not."""

import pytest

from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from config.lib.testing import Api
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN, REFRESH, LOGOUT = "/api/v1/auth/login/", "/api/v1/auth/token/refresh/", "/api/v1/auth/logout/"


@pytest.fixture
def browser(owner) -> Api:
    """Signed in by cookies, and held to the rules of a browser."""
    client = Api(enforce_csrf_checks=True)
    answer = client.post(LOGIN, {"login": "owner", "password": PASSWORD})
    assert answer.status_code == 200, answer.content
    client.csrf_token = answer.json()["csrf_token"]
    client.access = answer.json()["access"]
    return client


def test_under_a_cookie_looking_needs_no_proof(browser):
    assert browser.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize("path", [LOGOUT, REFRESH])
@pytest.mark.parametrize("proof", [{}, {"x-csrftoken": "x" * 64}, {"x-csrftoken": ""}])
def test_under_a_cookie_doing_needs_the_proof(browser, path, proof):
    answer = browser.post(path, headers=proof)
    browser.problem(answer, status=403, code="csrf_failed")
    assert browser.get("/api/v1/me/").status_code == 200


@pytest.mark.parametrize(("path", "status"), [(LOGOUT, 204), (REFRESH, 200)])
def test_the_value_from_the_sign_in_is_the_proof(browser, path, status):
    assert browser.post(path, headers={"x-csrftoken": browser.csrf_token}).status_code == status


def test_the_value_from_a_refresh_is_the_proof_too(browser):
    token = browser.post(REFRESH, headers={"x-csrftoken": browser.csrf_token}).json()["csrf_token"]
    assert browser.post(LOGOUT, headers={"x-csrftoken": token}).status_code == 204


def test_a_page_elsewhere_is_refused_even_with_the_right_value(browser):
    headers = {"x-csrftoken": browser.csrf_token, "origin": "https://evil.example"}
    browser.problem(browser.post(LOGOUT, headers=headers), status=403, code="csrf_failed")


def test_under_a_bearer_header_no_proof_is_asked(browser):
    assert browser.post(LOGOUT, headers={"authorization": f"Bearer {browser.access}"}).status_code == 204


def test_a_refresh_token_in_the_body_is_its_own_proof(browser):
    token = browser.cookies[REFRESH_COOKIE].value
    browser.cookies.clear()
    assert browser.post(REFRESH, {"refresh": token}).status_code == 200


def test_the_cookie_of_nobody_asks_for_no_proof(browser):
    browser.cookies[ACCESS_COOKIE] = "rubbish"
    browser.problem(browser.post(LOGOUT), status=401, code="not_authenticated")
    del browser.cookies[REFRESH_COOKIE]
    browser.problem(browser.post(REFRESH), status=401, code="token_invalid")


def test_a_value_known_before_the_sign_in_is_worth_nothing_after_it(browser, owner):
    """Whoever could plant the cookie of the proof in a browser must not know it once somebody has signed in."""
    planted = browser.cookies["earshot_csrf"].value
    browser.post(LOGIN, {"login": "owner", "password": PASSWORD})
    assert browser.cookies["earshot_csrf"].value != planted
    browser.problem(browser.post(LOGOUT, headers={"x-csrftoken": planted}), status=403, code="csrf_failed")
