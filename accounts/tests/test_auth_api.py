"""Registration, sign-in and one's own account over HTTP."""

from datetime import timedelta

import pytest
from django.urls import resolve
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.models import Session, User
from accounts.serializers import OwnAccount, SignedIn, Tokens
from accounts.services.sessions import Device, open_session
from accounts.viewsets.answers import REFRESH_PATH
from config.lib.testing import emitted
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

REGISTER, VERIFY = "/api/v1/auth/register/", "/api/v1/auth/verify-email/"
LOGIN, REFRESH, LOGOUT, ME = (
    "/api/v1/auth/login/", "/api/v1/auth/token/refresh/", "/api/v1/auth/logout/", "/api/v1/me/",
)  # fmt: skip
VARYING = {"X-Request-ID", "Content-Length", "RateLimit"}


def heads(answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in VARYING}


# --- registering


def test_a_taken_address_is_answered_exactly_like_a_fresh_one(api, registration, owner):
    fresh = api.post(REGISTER, registration)
    taken = api.post(REGISTER, registration | {"email": owner.email.upper(), "username": "second"})
    assert (fresh.status_code, fresh.content) == (202, b"")
    assert (taken.status_code, taken.content, heads(taken)) == (fresh.status_code, fresh.content, heads(fresh))
    for login in (registration["email"], "newcomer", "second"):
        api.problem(api.post(LOGIN, {"login": login, "password": PASSWORD}), status=403, code="email_not_verified")
    for username in ("newcomer", "second"):
        again = api.post(REGISTER, registration | {"email": "third@example.org", "username": username})
        api.problem(again, status=409, code="username_unavailable")


def test_names_and_addresses_are_kept_in_lower_case(api, registration):
    api.post(REGISTER, registration | {"email": "New.Comer@Example.ORG", "username": " NewComer "})
    user = User.objects.get(username="newcomer")
    assert user.email == "new.comer@example.org"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "not an address", "invalid"),
        ("email", "a@" + "x" * 260 + ".org", "invalid"),
        ("email", "a\0@example.org", "null_characters_not_allowed"),
        ("email", None, "null"),
        ("username", "ab", "username_grammar"),
        ("username", "1abc", "username_grammar"),
        ("username", "a b c", "username_grammar"),
        ("username", "аdmin", "username_grammar"),  # noqa: RUF001 -- the first letter is Cyrillic
        ("username", "x" * 31, "max_length"),
        ("username", "abc\0", "null_characters_not_allowed"),
        ("username", ["abc"], "invalid"),
        ("password", "short", "password_weak"),
        ("password", "newcomer12", "password_weak"),
        ("password", "password123", "password_weak"),
        ("password", "x" * 257, "max_length"),
        ("password", "", "blank"),
        ("terms_version", "x" * 21, "max_length"),
    ],
)
def test_what_cannot_be_an_account_is_refused_by_field(api, registration, field, value, code):
    with emitted() as events:
        answer = api.post(REGISTER, registration | {field: value})
    body = api.problem(answer, status=400, code="invalid")
    assert (field, code) in {(error["field"], error["code"]) for error in body["errors"]}
    assert all(set(error) == {"field", "code", "message"} for error in body["errors"])
    assert events == []
    assert not User.objects.get_queryset().exists()


def test_every_field_is_needed(api):
    body = api.problem(api.post(REGISTER, {}), status=400, code="invalid")
    assert {error["field"] for error in body["errors"]} == {"email", "username", "password", "terms_version"}


def test_spaces_around_a_password_belong_to_it(api, registration):
    api.post(REGISTER, registration | {"password": f"  {PASSWORD} "})
    assert User.objects.get(username="newcomer").check_password(f"  {PASSWORD} ")


@pytest.mark.parametrize("name", ["admin", "adm1n", "Support"])
def test_reserved_names_are_refused(api, registration, name):
    api.problem(api.post(REGISTER, registration | {"username": name}), status=409, code="username_unavailable")


def test_only_the_current_terms_are_accepted(api, registration):
    body = api.problem(api.post(REGISTER, registration | {"terms_version": "0"}), status=409, code="terms_outdated")
    assert body["current"] == "1"


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "verified_at", "id", "role"])
def test_nobody_registers_with_more_than_the_form_offers(api, registration, field):
    assert api.post(REGISTER, registration | {field: "1"}).status_code == 202
    user = User.objects.get(username="newcomer")
    assert (user.is_staff, user.is_superuser, user.verified_at, user.role) == (False, False, None, "listener")


# --- confirming


def test_a_key_confirms_once(api, newcomer, key_of):
    key = key_of(newcomer)
    answer = api.post(VERIFY, {"key": key})
    assert (answer.status_code, answer.content) == (204, b"")
    api.problem(api.post(VERIFY, {"key": key}), status=400, code="email_key_invalid")


@pytest.mark.parametrize("key", ["forged", "x" * 200, "MQ:1abc:aaaa"])
def test_a_key_that_is_not_ours_confirms_nothing(api, newcomer, key):
    api.problem(api.post(VERIFY, {"key": key}), status=400, code="email_key_invalid")


# --- signing in


@pytest.mark.parametrize("login", ["owner", "Owner", "OWNER@example.org"])
def test_signing_in_answers_with_tokens_and_the_person(api, owner, login):
    answer = api.post(LOGIN, {"login": login, "password": PASSWORD}, headers={"user-agent": "a browser"})
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert list(body) == list(SignedIn().fields)
    assert list(body["user"]) == list(OwnAccount().fields)
    assert body["user"]["username"] == "owner"
    assert answer["Cache-Control"] == "no-store"
    session = Session.objects.get()
    assert (session.user_agent, session.address) == ("a browser", "127.0.0.1")


def test_the_cookies_are_out_of_reach_of_scripts_and_go_no_further_than_they_must(api, owner, settings):
    settings.COOKIES_SECURE = True
    cookies = api.post(LOGIN, {"login": "owner", "password": PASSWORD}).cookies
    for name in (ACCESS_COOKIE, REFRESH_COOKIE):
        assert cookies[name]["httponly"]
        assert cookies[name]["secure"]
        assert cookies[name]["samesite"] == "Lax"
        assert not cookies[name]["domain"]
    assert cookies[ACCESS_COOKIE]["path"] == "/"
    assert cookies[REFRESH_COOKIE]["path"] == REFRESH
    assert cookies[ACCESS_COOKIE]["max-age"] == 600
    assert abs(cookies[REFRESH_COOKIE]["max-age"] - 30 * 86_400) <= 2


def test_only_the_refresh_call_gets_the_refresh_cookie():
    assert resolve(REFRESH_PATH).url_name == "token-refresh"


@pytest.mark.parametrize("body", [{"login": "owner", "password": "wrong"}, {"login": "nobody", "password": PASSWORD}])
def test_a_failed_sign_in_does_not_say_what_was_wrong(api, owner, body):
    answer = api.post(LOGIN, body)
    problem = api.problem(answer, status=401, code="login_failed")
    assert problem["title"] == "This name and password do not belong together."
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert not answer.cookies


@pytest.mark.parametrize(("name", "code"), [("newcomer", "email_not_verified"), ("suspended", "account_suspended")])
def test_who_may_not_sign_in_is_told_why(api, request, name, code):
    user = request.getfixturevalue(name)
    for login in (user.username, user.email):
        answer = api.post(LOGIN, {"login": login, "password": PASSWORD})
        api.problem(answer, status=403, code=code)
        assert not answer.cookies
        api.problem(api.post(LOGIN, {"login": login, "password": "wrong"}), status=401, code="login_failed")


def test_signing_in_needs_no_sign_in_and_looks_at_none(api, owner):
    answer = api.post(LOGIN, {"login": "owner", "password": PASSWORD}, headers={"authorization": "Bearer rubbish"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_no_form_of_another_site_can_sign_a_browser_in(api, owner, content_type):
    """A page elsewhere can send these kinds of body without asking; JSON it cannot."""
    body = b'{"login": "owner", "password": "%s"}' % PASSWORD.encode()
    answer = api.generic("POST", LOGIN, body, content_type=content_type)
    api.problem(answer, status=415, code="unsupported_media_type")


# --- staying signed in


def test_a_refresh_answers_with_a_new_pair_and_the_old_one_is_spent(api, owner):
    first = api.post(LOGIN, {"login": "owner", "password": PASSWORD}).json()
    api.cookies.clear()
    answer = api.post(REFRESH, {"refresh": first["refresh"]})
    assert answer.status_code == 200
    second = answer.json()
    assert list(second) == list(Tokens().fields)
    assert answer.cookies[REFRESH_COOKIE].value == second["refresh"]
    assert answer["Cache-Control"] == "no-store"
    api.cookies.clear()
    api.problem(api.post(REFRESH, {"refresh": first["refresh"]}), status=401, code="token_reused")
    api.problem(api.post(REFRESH, {"refresh": second["refresh"]}), status=401, code="token_invalid")
    for access in (first["access"], second["access"]):
        answer = api.get(ME, headers={"authorization": f"Bearer {access}"})
        api.problem(answer, status=401, code="authentication_failed")


@pytest.mark.parametrize("body", [{}, {"refresh": "rubbish"}])
def test_without_a_token_there_is_nothing_to_refresh(api, body):
    api.problem(api.post(REFRESH, body), status=401, code="token_invalid")


@pytest.mark.parametrize("body", [{"refresh": None}, {"refresh": 5}, {"refresh": ["x"]}, {"refresh": "x" * 2001}, []])
def test_what_is_no_token_at_all_makes_none(api, owner, body):
    answer = api.post(REFRESH, body)
    assert answer.status_code in {400, 401}
    assert not Session.objects.exists()


# --- signing out, and oneself


def test_signing_out_ends_both_tokens_and_takes_the_cookies_back(api, owner):
    tokens = api.post(LOGIN, {"login": "owner", "password": PASSWORD}).json()
    bearer = {"authorization": f"Bearer {tokens['access']}"}
    answer = api.post(LOGOUT, headers=bearer)
    assert (answer.status_code, answer.content) == (204, b"")
    for name, path in ((ACCESS_COOKIE, "/"), (REFRESH_COOKIE, REFRESH)):
        assert (answer.cookies[name].value, answer.cookies[name]["path"]) == ("", path)
        assert answer.cookies[name]["max-age"] == 0
    api.problem(api.post(LOGOUT, headers=bearer), status=401, code="authentication_failed")
    api.problem(api.post(REFRESH, {"refresh": tokens["refresh"]}), status=401, code="token_invalid")


def test_signing_out_leaves_the_other_devices_signed_in(sign_in, owner):
    here, there = sign_in(owner), sign_in(owner)
    assert here.post(LOGOUT).status_code == 204
    assert there.get(ME).status_code == 200


def test_one_sees_ones_own_account_and_nobody_may_keep_it(sign_in, owner, stranger):
    answer = sign_in(owner).get(ME)
    body = answer.json()
    assert (body["id"], body["email"]) == (owner.pk, "owner@example.org")
    assert list(body) == list(OwnAccount().fields)
    assert body["created_at"].endswith("Z")
    assert answer["Cache-Control"] == "no-store"
    assert sign_in(stranger).get(ME).json()["username"] == "stranger"


@pytest.mark.parametrize(("method", "path"), [("get", ME), ("head", ME), ("post", LOGOUT)])
def test_what_needs_a_person_answers_401_to_nobody(api, method, path):
    answer = getattr(api, method)(path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", ME), ("post", LOGOUT), ("post", LOGIN), ("post", REGISTER), ("post", REFRESH), ("post", VERIFY)],
)
def test_no_call_takes_query_parameters_that_it_does_not_know(sign_in, owner, method, path):
    client = sign_in(owner)
    body = client.problem(getattr(client, method)(f"{path}?debug=1"), status=400, code="invalid")
    assert body["errors"] == [
        {"field": "debug", "code": "unknown_parameter", "message": "This query parameter is not known here."}
    ]


@pytest.mark.parametrize(
    ("method", "path"), [("put", ME), ("get", LOGIN), ("put", REGISTER), ("get", LOGOUT), ("patch", REFRESH)]
)
def test_a_method_that_is_not_offered_answers_405(sign_in, owner, method, path):
    client = sign_in(owner)
    answer = getattr(client, method)(path)
    client.problem(answer, status=405, code="method_not_allowed")
    assert method.upper() not in answer["Allow"]


def test_an_access_token_in_the_cookie_that_has_run_out_signs_nobody_in(api, owner, sign_in):
    pair = open_session(user=owner, device=Device(user_agent="", address=""), at=timezone.now())
    api.cookies[ACCESS_COOKIE] = pair.access
    assert api.get(ME).status_code == 200
    Session.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    api.problem(api.get(ME), status=401, code="not_authenticated")
