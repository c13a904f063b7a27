"""Who shows that they are a person, to a service that speaks as Google's does, over TLS."""

import socket

import pytest

from config.lib import captcha
from config.lib.captcha import (
    CaptchaRequired,
    CaptchaUnavailable,
    Verdict,
    require_person,
    require_person_after_failures,
    verdict_on,
)
from config.lib.limits import note_failure
from config.lib.redis import shared_redis
from config.standins.recaptcha import TOKEN_LIFETIME_S, Recaptcha

OURS = "earshot.test"


@pytest.fixture(autouse=True)
def closed_breakers():
    """A port may be given twice, and the service behind it was away the first time."""
    captcha.breaker.cache_clear()


@pytest.fixture
def clock():
    """What the service takes for the time."""

    class Clock:
        now = 1_800_000_000.0

        def __call__(self) -> float:
            return self.now

    return Clock()


@pytest.fixture
def service(tmp_path, settings, monkeypatch, clock):
    """The service, with its keys in our settings."""
    with Recaptcha(tmp_path, clock=clock) as standin:
        monkeypatch.setenv("SSL_CERT_FILE", str(standin.certificate))
        settings.RECAPTCHA_DOMAIN = standin.domain
        settings.RECAPTCHA_SITE_KEY, settings.RECAPTCHA_SECRET = "site", standin.secret
        settings.RECAPTCHA_VERIFY_REQUEST_TIMEOUT = 30
        yield standin


@pytest.fixture
def away(settings):
    """Keys are there, and nobody answers at the service's place."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.RECAPTCHA_DOMAIN = f"127.0.0.1:{nobody.getsockname()[1]}"
        settings.RECAPTCHA_SITE_KEY, settings.RECAPTCHA_SECRET = "site", "secret"
        yield


@pytest.fixture
def request_of_a_guesser(rf, settings):
    """From an address that no other test calls from; five failures are many."""
    shared_redis().client.delete(*(shared_redis().client.keys("limits:*failures*") or ["nothing"]))
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"failures": "5/hour", "failures_address": "8/hour"}
    return rf.post("/", REMOTE_ADDR="192.0.2.77")


def test_a_captcha_solved_here_is_a_person_once(service, rf):
    token = service.solve(hostname=OURS)
    request = rf.post("/", REMOTE_ADDR="192.0.2.9")
    assert [verdict_on(request, token=token) for _ in range(2)] == [Verdict.PERSON, Verdict.PROGRAM]
    assert service.asked[0] == {"secret": service.secret, "response": token, "remoteip": "192.0.2.9"}


def test_a_captcha_is_old_after_two_minutes(service, clock, rf):
    token, fresh = service.solve(hostname=OURS), service.solve(hostname=OURS)
    clock.now += TOKEN_LIFETIME_S
    assert verdict_on(rf.post("/"), token=fresh) is Verdict.PERSON
    clock.now += 1
    assert verdict_on(rf.post("/"), token=token) is Verdict.PROGRAM


@pytest.mark.parametrize("hostname", ["evil.example", "earshot.test.evil.example", ""])
def test_a_captcha_solved_on_another_site_is_worth_nothing(service, rf, hostname):
    assert verdict_on(rf.post("/"), token=service.solve(hostname=hostname)) is Verdict.PROGRAM


@pytest.mark.parametrize("token", [None, "", "made up"])
def test_what_was_never_solved_is_worth_nothing(service, rf, token):
    with pytest.raises(CaptchaRequired):
        require_person(rf.post("/"), token=token)
    assert len(service.asked) == bool(token)


def test_a_wrong_secret_lets_nobody_in_and_tells_the_operator(service, settings, rf, caplog):
    settings.RECAPTCHA_SECRET = "another one"
    assert verdict_on(rf.post("/"), token=service.solve(hostname=OURS)) is Verdict.PROGRAM
    assert [record.message for record in caplog.records] == ["captcha_secret_refused"]


def test_a_server_that_nobody_vouches_for_is_no_service(service, monkeypatch, rf):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert verdict_on(rf.post("/"), token=service.solve(hostname=OURS)) is Verdict.UNKNOWN
    assert service.asked == []


def test_an_answer_that_is_not_the_services_is_none(service, monkeypatch, rf):
    monkeypatch.setattr("config.standins.recaptcha.Recaptcha.verify", lambda self, form: ["no", "object"])
    assert verdict_on(rf.post("/"), token=service.solve(hostname=OURS)) is Verdict.UNKNOWN


def test_while_the_service_is_away_registering_waits_and_signing_in_goes_on(away, request_of_a_guesser):
    for _ in range(5):
        note_failure(request_of_a_guesser, name="owner")
    require_person_after_failures(request_of_a_guesser, name="owner", token="a token")
    with pytest.raises(CaptchaUnavailable):
        require_person(request_of_a_guesser, token="a token")
    with pytest.raises(CaptchaRequired):
        require_person_after_failures(request_of_a_guesser, name="owner", token=None)


def test_without_keys_nobody_is_asked(rf, settings):
    assert not captcha.captcha_is_on()
    require_person(rf.post("/"), token=None)
    settings.RECAPTCHA_SITE_KEY = "half of the keys"
    assert not captcha.captcha_is_on()


def test_five_failures_at_a_name_ask_for_a_captcha_there_and_nowhere_else(service, request_of_a_guesser, rf):
    ask = require_person_after_failures
    for _ in range(5):
        ask(request_of_a_guesser, name="owner", token=None)
        note_failure(request_of_a_guesser, name="owner")
    ask(request_of_a_guesser, name="stranger", token=None)
    for request in (request_of_a_guesser, rf.post("/", REMOTE_ADDR="192.0.2.78")):
        with pytest.raises(CaptchaRequired):
            ask(request, name="owner", token=None)
    ask(request_of_a_guesser, name="owner", token=service.solve(hostname=OURS))


def test_many_failures_from_an_address_ask_for_a_captcha_at_every_name(service, request_of_a_guesser, rf):
    for number in range(8):
        require_person_after_failures(request_of_a_guesser, name="owner", token=None)
        note_failure(request_of_a_guesser, name=f"name-{number}")
    with pytest.raises(CaptchaRequired):
        require_person_after_failures(request_of_a_guesser, name="owner", token=None)
    require_person_after_failures(rf.post("/", REMOTE_ADDR="192.0.2.78"), name="owner", token=None)
