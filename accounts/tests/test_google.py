"""Signing in with Google, against a real issuer on loopback."""

from dataclasses import replace
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from accounts import services
from accounts.events import ConnectionAdded, EmailVerified
from accounts.models import Instance, Invite, Session, User, UsernameClaim
from accounts.serializers import SignedIn
from accounts.usernames import is_well_formed, proposals
from config.lib.testing import emitted
from config.lib.testing_bucket import free_port
from conftest import PASSWORD

pytestmark = pytest.mark.django_db

GOOGLE, CONNECTIONS, ME, LOGIN = (
    "/api/v1/auth/google/", "/api/v1/auth/connections/", "/api/v1/me/", "/api/v1/auth/login/",
)  # fmt: skip
OURS, APPS = "http://earshot.test/login/google/", "org.example.app:/signed-in"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"


# --- the flow


@pytest.mark.parametrize("redirect_uri", [OURS, APPS])
def test_a_code_signs_in_like_a_password(api, google, redirect_uri):
    google.knows("ada", email="Ada@Example.org", email_verified=True, name="Ada Lovelace")
    code = google.code(sub="ada", redirect_uri=redirect_uri, verifier=VERIFIER, nonce="n-1")
    body = {"code": code, "code_verifier": VERIFIER, "redirect_uri": redirect_uri, "nonce": "n-1"}
    answer = api.post(GOOGLE, body, headers={"user-agent": "a browser"})
    assert answer.status_code == 200, answer.content
    assert list(answer.json()) == list(SignedIn().fields)
    assert answer["Cache-Control"] == "no-store"
    assert {"earshot_access", "earshot_refresh"} <= set(answer.cookies)
    user = User.objects.get(username="ada-lovelace")
    assert (user.email, user.display_name, user.terms_version) == ("ada@example.org", "Ada Lovelace", "1")
    assert user.verified_at
    assert not user.has_usable_password()
    assert UsernameClaim.objects.get(name="ada-lovelace").user == user
    session = Session.objects.get()
    assert (session.user, session.user_agent, session.address) == (user, "a browser", "127.0.0.1")
    api.cookies.clear()
    api.problem(api.post(GOOGLE, body), status=400, code="google_sign_in_invalid")  # a code is good once


def test_a_code_is_worth_nothing_without_its_verifier_or_at_another_address(api, google):
    google.knows("ada", email="ada@example.org", email_verified=True)

    def attempt(**changes):
        code = google.code(sub="ada", redirect_uri=OURS, verifier=VERIFIER, nonce="n-1")
        return api.post(
            GOOGLE, {"code": code, "code_verifier": VERIFIER, "redirect_uri": OURS, "nonce": "n-1"} | changes
        )

    for changes in ({"code_verifier": VERIFIER[::-1]}, {"redirect_uri": APPS}, {"nonce": "n-2"}, {"code": "made-up"}):
        api.problem(attempt(**changes), status=400, code="google_sign_in_invalid")
    assert attempt().status_code == 200


@pytest.mark.parametrize(
    "uri", ["https://evil.example/", f"{OURS}?x=1", f"{OURS}../", "http://EARSHOT.test/login/google/"]
)
def test_a_redirect_uri_is_one_of_ours_to_the_letter(api, google, uri):
    body = {"code": "any", "code_verifier": VERIFIER, "redirect_uri": uri}
    api.problem(api.post(GOOGLE, body), status=400, code="redirect_uri_unknown")


def test_an_id_token_signs_in_and_the_second_time_finds_the_same_person(api, pia):
    first, second = (api.post(GOOGLE, {"id_token": pia()}).json() for _ in range(2))
    assert first["user"]["id"] == second["user"]["id"]
    assert User.objects.get_queryset().count() == 1


def test_a_person_is_known_by_sub_however_the_address_changes(api, pia):
    first = api.post(GOOGLE, {"id_token": pia()}).json()
    for claims in ({"email": "new@example.org"}, {"email": None}, {"email_verified": False}):
        answer = api.post(GOOGLE, {"id_token": pia(**claims)})
        assert answer.json()["user"]["id"] == first["user"]["id"]
    assert User.objects.get().email == "pia@example.org"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"code": "c"}, "code_verifier"),
        ({"code": "c", "code_verifier": VERIFIER}, "redirect_uri"),
        ({"code": "c", "code_verifier": "short", "redirect_uri": OURS}, "code_verifier"),
        ({"code": "c", "code_verifier": VERIFIER, "redirect_uri": OURS, "id_token": "t"}, ""),
        ({"id_token": ["t"]}, "id_token"),
        ({"id_token": "x" * 8001}, "id_token"),
        ({"id_token": "t", "continuation": "c"}, ""),
    ],
)
def test_one_proof_whole_is_what_a_sign_in_needs(api, google, body, field):
    problem = api.problem(api.post(GOOGLE, body), status=400, code="invalid")
    assert field in [error["field"] for error in problem["errors"]]


def test_where_it_is_off_it_says_so(api, settings):
    settings.GOOGLE = None
    api.problem(api.post(GOOGLE, {"id_token": "t"}), status=409, code="google_off")


def test_signing_in_looks_at_no_sign_in(pia, sign_in, owner):
    answer = sign_in(owner).post(GOOGLE, {"id_token": pia()})
    assert answer.json()["user"]["id"] != owner.pk
    assert not SocialAccount.objects.filter(user=owner).exists()


def test_an_issuer_that_is_away_is_said_to_be_away_with_a_time_to_return(api, google, token, settings):
    signed = token()
    settings.GOOGLE = replace(settings.GOOGLE, issuer=f"http://127.0.0.1:{free_port()}")
    answer = api.post(GOOGLE, {"id_token": signed})
    api.problem(answer, status=503, code="google_away")
    assert int(answer["Retry-After"]) > 0


# --- whose account it is


def test_both_sides_verified_one_account(api, pia, make_user):
    owner = make_user("pia")
    with emitted() as events:
        answer = api.post(GOOGLE, {"id_token": pia(email="PIA@example.org")})
    assert answer.json()["user"]["id"] == owner.pk
    assert ConnectionAdded(user_id=owner.pk, provider="google") in events
    assert api.post(LOGIN, {"login": "pia", "password": PASSWORD}).status_code == 200, "the password stays"


@pytest.mark.parametrize("verified", [False, None, "true", 1, "false"])
def test_an_address_that_google_has_not_verified_leads_nowhere(api, pia, make_user, verified):
    make_user("pia")
    answer = api.post(GOOGLE, {"id_token": pia(email_verified=verified)})
    api.problem(answer, status=403, code="google_email_unverified")
    assert not SocialAccount.objects.exists()
    assert User.objects.get_queryset().count() == 1


@pytest.mark.parametrize(
    "email", [None, "", "no address", "a@" + "x" * 260 + ".org", ["pia@example.org"], 5, "p\0ia@example.org"]
)
def test_what_is_no_address_makes_no_account(api, pia, email):
    api.problem(api.post(GOOGLE, {"id_token": pia(email=email)}), status=403, code="google_email_unverified")
    assert not User.objects.get_queryset().exists()


@pytest.mark.parametrize("email", ["pıa@example.org", "ｐia@example.org", "pia@exampｌe.org", "piA\u0307@example.org"])  # noqa: RUF001 -- look-alikes
def test_a_look_alike_of_an_address_is_another_address(api, pia, make_user, email):
    owner = make_user("pia")
    answer = api.post(GOOGLE, {"id_token": pia(email=email)})
    assert answer.status_code == 403 or answer.json()["user"]["id"] != owner.pk
    assert not SocialAccount.objects.filter(user=owner).exists()


def test_accounts_that_never_confirmed_the_address_lose_password_and_sessions(api, pia, at, newcomer, sign_in):
    User.objects.filter(pk=newcomer.pk).update(email="pia@example.org")
    EmailAddress.objects.filter(user=newcomer).update(email="pia@example.org")
    device = sign_in(newcomer)
    answer = api.post(GOOGLE, {"id_token": pia()})
    assert answer.json()["user"]["username"] == "pia-no"
    newcomer.refresh_from_db()
    assert (newcomer.has_usable_password(), newcomer.verified_at) == (False, None)
    assert device.get(ME).status_code == 401
    api.problem(api.post(LOGIN, {"login": "newcomer", "password": PASSWORD}), status=401, code="login_failed")


def test_a_new_account_tells_that_its_address_is_confirmed_and_what_opens_it(api, pia):
    with emitted() as events:
        user_id = api.post(GOOGLE, {"id_token": pia()}).json()["user"]["id"]
    assert events == [EmailVerified(user_id=user_id), ConnectionAdded(user_id=user_id, provider="google")]


def test_a_new_account_needs_what_the_door_asks_for(api, pia, owner, at):
    closed = Instance.objects.create(name="Some site", terms_version="7", registration="closed")
    api.problem(api.post(GOOGLE, {"id_token": pia()}), status=403, code="registration_closed")
    Instance.objects.filter(pk=closed.pk).update(registration="invite")
    api.problem(api.post(GOOGLE, {"id_token": pia()}), status=403, code="invite_required")
    _, code = services.issue_invite(made_by=owner, at=at, expires_at=at + timedelta(days=1))
    answer = api.post(GOOGLE, {"id_token": pia(), "invite": code})
    assert (answer.status_code, answer.json()["user"]["terms_version"]) == (200, "7")
    assert Invite.objects.get().uses == 1
    Instance.objects.filter(pk=closed.pk).update(registration="closed")
    assert api.post(GOOGLE, {"id_token": pia()}).status_code == 200, "whoever has an account is at home"


def test_who_is_suspended_is_told_so_and_stays_outside(api, pia, at):
    user_id = api.post(GOOGLE, {"id_token": pia()}).json()["user"]["id"]
    services.suspend_user(user=User.objects.get(pk=user_id), reason="Spam.", at=at)
    problem = api.problem(api.post(GOOGLE, {"id_token": pia()}), status=403, code="account_suspended")
    assert (problem["reason"], problem["until"]) == ("Spam.", None)
    assert not Session.objects.alive(at=timezone.now()).exists()


@pytest.mark.parametrize("sub", ["", "x" * 192, "a\0b"])
def test_a_sub_that_cannot_be_kept_is_refused(api, pia, sub):
    api.problem(api.post(GOOGLE, {"id_token": pia(sub=sub)}), status=400, code="google_sign_in_invalid")


# --- names


@pytest.mark.parametrize(
    ("name", "username"),
    [
        ("Ada Lovelace", "ada-lovelace"),
        ("Zoë  Ångström!", "zoe-angstrom"),
        ("4 Non Blondes", "non-blondes"),
        ("x" * 60, "x" * 24),
    ],
)
def test_a_username_is_made_of_the_name(name, username):
    assert next(proposals(name)) == username


@pytest.mark.parametrize("name", ["", "李小龍", "Admin", "S-t-a-f-f", "Ed", "--", "\u202e"])
def test_whatever_a_name_is_there_are_good_usernames_for_it(name):
    proposed = list(proposals(name))
    assert len(proposed) >= 20
    assert all(is_well_formed(username) for username in proposed)
    assert "admin" not in proposed


def test_a_name_that_is_taken_gets_digits(api, pia, make_user):
    make_user("pia-no")
    assert api.post(GOOGLE, {"id_token": pia()}).json()["user"]["username"].startswith("pia-no-")


def test_without_any_free_name_no_account_is_made(api, pia, make_user, monkeypatch):
    make_user("pia-no")
    monkeypatch.setattr("accounts.usernames.secrets.randbelow", lambda _: 0)
    make_user("pia-no-10000")
    api.problem(api.post(GOOGLE, {"id_token": pia()}), status=409, code="username_unavailable")
    assert not SocialAccount.objects.exists()


# --- the second factor


def test_the_second_factor_is_asked_for_and_nothing_is_connected_before(api, pia, make_user, equip):
    owner = make_user("pia")
    phone = equip(owner)
    problem = api.problem(api.post(GOOGLE, {"id_token": pia()}), status=403, code="otp_required")
    assert not SocialAccount.objects.exists()
    body = {"continuation": problem["continuation"]}
    problem = api.problem(api.post(GOOGLE, body), status=403, code="otp_required")
    api.problem(api.post(GOOGLE, body | {"otp": phone.wrong_code()}), status=403, code="otp_invalid")
    assert not SocialAccount.objects.exists()
    answer = api.post(GOOGLE, {"continuation": problem["continuation"], "otp": phone.code()})
    assert answer.json()["user"]["id"] == owner.pk
    assert SocialAccount.objects.get().user == owner
    assert api.post(GOOGLE, {"id_token": pia(), "otp": phone.next_code()}).status_code == 200


def test_a_continuation_is_good_for_five_minutes_and_only_ours_is(api, pia, make_user, equip, monkeypatch):
    phone = equip(make_user("pia"))
    word = api.post(GOOGLE, {"id_token": pia()}).json()["continuation"]
    for forged in (word[:-1] + ("A" if word[-1] != "A" else "B"), "made:up:word", pia()):
        answer = api.post(GOOGLE, {"continuation": forged, "otp": phone.recovery_codes[0]})
        api.problem(answer, status=400, code="google_sign_in_invalid")
    monkeypatch.setattr("accounts.services.google.CONTINUATION_LIFETIME", timedelta(0))
    answer = api.post(GOOGLE, {"continuation": word, "otp": phone.recovery_codes[0]})
    api.problem(answer, status=400, code="google_sign_in_invalid")
