"""The second factor over HTTP."""

from datetime import timedelta

import pytest

from accounts.models import Session
from accounts.queries import has_second_factor
from accounts.serializers import RecoveryCodes, TotpDraft
from accounts.tests.conftest import Phone
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

TOTP, CONFIRM, CODES = "/api/v1/auth/mfa/totp/", "/api/v1/auth/mfa/totp/confirm/", "/api/v1/auth/mfa/recovery-codes/"
LOGIN, ME = "/api/v1/auth/login/", "/api/v1/me/"


@pytest.fixture
def long_ago():
    """Every device was signed in an hour ago."""

    def age() -> None:
        for session in Session.objects.all():
            Session.objects.filter(pk=session.pk).update(created_at=session.created_at - timedelta(hours=1))

    return age


def test_a_person_sets_it_up_and_is_asked_for_a_code_from_then_on(api, sign_in, owner):
    here, there = sign_in(owner), sign_in(owner)
    answer = here.post(TOTP)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert list(answer.json()) == list(TotpDraft().fields)
    phone = Phone(answer.json()["secret"])
    answer = here.post(CONFIRM, {"otp": phone.code()})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert list(answer.json()) == list(RecoveryCodes().fields)
    assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)
    body = {"login": "owner", "password": PASSWORD}
    api.problem(api.post(LOGIN, body), status=403, code="otp_required")
    api.problem(api.post(LOGIN, body | {"otp": phone.wrong_code()}), status=403, code="otp_invalid")
    assert api.post(LOGIN, body | {"otp": phone.next_code()}).status_code == 200
    api.problem(api.post(LOGIN, body | {"otp": phone.next_code()}), status=403, code="otp_invalid")
    assert api.post(LOGIN, body | {"otp": answer.json()["recovery_codes"][0]}).status_code == 200


@pytest.mark.parametrize("path", [TOTP, CODES])
def test_beginning_needs_the_password_or_a_fresh_sign_in(sign_in, owner, equip, long_ago, path):
    if path == CODES:
        equip(owner)
        owner.refresh_from_db()
    client = sign_in(owner)
    assert client.post(path).status_code == 200
    long_ago()
    client.problem(client.post(path), status=403, code="fresh_sign_in_required")
    client.problem(client.post(path, {"password": "wrong"}), status=403, code="password_wrong")
    assert client.post(path, {"password": PASSWORD}).status_code == 200


def test_a_password_that_is_wrong_is_wrong_however_fresh_the_sign_in(sign_in, owner):
    client = sign_in(owner)
    client.problem(client.post(TOTP, {"password": "wrong"}), status=403, code="password_wrong")


@pytest.mark.parametrize("proof", ["password", "code", "recovery code"])
def test_it_is_removed_by_the_password_or_a_code(api, sign_in, owner, equip, proof):
    phone = equip(owner)
    owner.refresh_from_db()
    here, there = sign_in(owner), sign_in(owner)
    body = {
        "password": {"password": PASSWORD},
        "code": {"otp": phone.code()},
        "recovery code": {"otp": phone.recovery_codes[0]},
    }[proof]
    assert here.delete(TOTP, body).status_code == 204
    assert (here.get(ME).status_code, there.get(ME).status_code) == (200, 401)
    assert api.post(LOGIN, {"login": "owner", "password": PASSWORD}).status_code == 200
    here.problem(here.delete(TOTP, body), status=409, code="second_factor_off")


def test_nothing_else_removes_it(sign_in, owner, equip):
    phone = equip(owner)
    owner.refresh_from_db()
    client = sign_in(owner)
    client.problem(client.delete(TOTP, {"password": "wrong"}), status=403, code="password_wrong")
    client.problem(client.delete(TOTP, {"otp": phone.wrong_code()}), status=403, code="otp_invalid")
    for body in ({}, {"password": PASSWORD, "otp": phone.code()}, {"otp": ""}, {"otp": None}):
        client.problem(client.delete(TOTP, body), status=400, code="invalid")
    assert has_second_factor(owner.pk)


def test_setting_up_twice_and_confirming_nothing_are_conflicts(sign_in, owner, equip):
    client = sign_in(owner)
    client.problem(client.post(CONFIRM, {"otp": "123456"}), status=409, code="second_factor_not_begun")
    client.post(TOTP)
    client.problem(client.post(CONFIRM, {"otp": "letters"}), status=403, code="otp_invalid")
    client.problem(client.post(CODES), status=409, code="second_factor_off")
    equip(owner)
    owner.refresh_from_db()
    client = sign_in(owner)
    for path, body in ((TOTP, {}), (CONFIRM, {"otp": "123456"})):
        client.problem(client.post(path, body), status=409, code="second_factor_on")


def test_codes_are_guessed_at_under_the_limits_of_passwords(api, owner, equip, settings):
    phone = equip(owner)
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "3/5 minutes"}
    body = {"login": "owner", "password": PASSWORD, "otp": phone.wrong_code()}
    codes = [api.post(LOGIN, body).json()["code"] for _ in range(4)]
    assert codes == ["otp_invalid"] * 3 + ["throttled"], "the right password must not forget the guesses at the code"
    assert api.post(LOGIN, body | {"otp": phone.code()}).json()["code"] == "throttled"


def test_a_good_code_forgets_the_bad_ones(api, owner, equip, settings):
    phone = equip(owner)
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"credentials": "2/5 minutes"}
    body = {"login": "owner", "password": PASSWORD}
    for code in (phone.code(), phone.next_code()):
        assert api.post(LOGIN, body | {"otp": phone.wrong_code()}).json()["code"] == "otp_invalid"
        assert api.post(LOGIN, body | {"otp": code}).status_code == 200


@pytest.mark.parametrize("otp", ["", None, ["123456"], {"a": 1}, "x" * 33, "12\0"])
def test_what_is_no_code_at_all_is_refused_by_its_field(api, owner, equip, otp):
    equip(owner)
    answer = api.post(LOGIN, {"login": "owner", "password": PASSWORD, "otp": otp})
    body = api.problem(answer, status=400, code="invalid")
    assert body["errors"][0]["field"] == "otp"
    assert not Session.objects.exists()
