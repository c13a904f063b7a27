"""Registering, signing in and resetting while a captcha is on, against a service that speaks Google's protocol."""

import socket

import pytest

from accounts.models import MailedKey, User
from config.lib import captcha
from config.lib.redis import shared_redis
from config.lib.testing import Api
from config.standins.recaptcha import Recaptcha
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

REGISTER, LOGIN, RESET = "/api/v1/auth/register/", "/api/v1/auth/login/", "/api/v1/auth/password/reset/"
FORM = {"email": "fan@example.org", "username": "fan", "password": PASSWORD, "terms_version": "1"}
GOOD = {"login": "owner", "password": PASSWORD}
WRONG = {"login": "owner", "password": "a wrong one"}


@pytest.fixture
def service(tmp_path, settings, monkeypatch):
    with Recaptcha(tmp_path) as standin:
        captcha.breaker.cache_clear()
        monkeypatch.setenv("SSL_CERT_FILE", str(standin.certificate))
        settings.RECAPTCHA_DOMAIN = standin.domain
        settings.RECAPTCHA_SITE_KEY, settings.RECAPTCHA_SECRET = "site", standin.secret
        settings.RECAPTCHA_VERIFY_REQUEST_TIMEOUT = 30
        yield standin


@pytest.fixture(autouse=True)
def nothing_failed(settings):
    redis = shared_redis().client
    redis.delete("nothing", *redis.keys("limits:*"))
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"failures": "5/hour"}


@pytest.fixture
def solved(service):
    """A token as a browser of ours gets it."""
    return lambda: {"captcha_token": service.solve(hostname="earshot.test")}


def test_nobody_registers_without_a_captcha(api, service, solved):
    for token in ({}, {"captcha_token": "made up"}, {"captcha_token": service.solve(hostname="evil.example")}):
        api.problem(api.post(REGISTER, FORM | token), status=403, code="captcha_required")
    assert not User.objects.get_queryset().exists()
    token = solved()
    assert api.post(REGISTER, FORM | token).status_code == 202
    again = api.post(REGISTER, FORM | token | {"username": "second"})
    api.problem(again, status=403, code="captcha_required")


def test_five_failures_ask_for_a_captcha_and_a_solved_one_lets_in(api, owner, solved):
    for _ in range(5):
        api.problem(api.post(LOGIN, WRONG), status=401, code="login_failed")
    api.problem(api.post(LOGIN, GOOD), status=403, code="captcha_required")
    api.problem(api.post(LOGIN, WRONG | solved()), status=401, code="login_failed")
    api.problem(api.post(LOGIN, GOOD), status=403, code="captcha_required")
    assert api.post(LOGIN, GOOD | solved()).status_code == 200
    assert api.post(LOGIN, GOOD).status_code == 200


def test_a_name_that_nobody_has_asks_for_a_captcha_as_soon(api, service):
    codes = {
        name: [api.post(LOGIN, {"login": name, "password": "x"}).json()["code"] for _ in range(6)]
        for name in ("owner", "nobody")
    }
    assert codes["owner"] == codes["nobody"] == ["login_failed"] * 5 + ["captcha_required"]


def test_a_reset_asks_for_a_captcha_after_failures_at_the_address(api, owner, solved):
    assert api.post(RESET, {"email": owner.email}).status_code == 204
    for _ in range(5):
        api.post(LOGIN, WRONG | {"login": owner.email})
    for email in (owner.email, owner.email.upper()):
        api.problem(api.post(RESET, {"email": email}), status=403, code="captcha_required")
    assert api.post(RESET, {"email": owner.email} | solved()).status_code == 204
    assert MailedKey.objects.count() == 2


def test_a_captcha_does_not_lift_the_limit_of_attempts(api, owner, solved, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "5/5 minutes"}
    for _ in range(5):
        api.post(LOGIN, WRONG)
    api.problem(api.post(LOGIN, GOOD | solved()), status=429, code="throttled")


def test_while_the_service_is_away_nobody_registers_and_everybody_signs_in(api, owner, settings):
    captcha.breaker.cache_clear()
    settings.RECAPTCHA_SITE_KEY, settings.RECAPTCHA_SECRET = "site", "secret"
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.RECAPTCHA_DOMAIN = f"127.0.0.1:{nobody.getsockname()[1]}"
        for _ in range(5):
            api.post(LOGIN, WRONG)
        assert Api().post(LOGIN, GOOD | {"captcha_token": "a token"}).status_code == 200
        answer = api.post(REGISTER, FORM | {"captcha_token": "a token"})
        api.problem(answer, status=503, code="captcha_unavailable")
        assert answer["Retry-After"]
    assert not User.objects.get_queryset().filter(username="fan").exists()
