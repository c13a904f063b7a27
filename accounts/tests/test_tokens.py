"""What a token must be, and what it opens no longer."""

import base64
import json
import uuid
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.authentication import ACCESS_COOKIE
from accounts.models import Session, User
from accounts.services.sessions import Device, end_session, open_session
from accounts.tokens import read_token, with_new_life
from config.lib.testing import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(owner):
    return open_session(user=owner, device=Device(user_agent="", address=""), at=timezone.now())


def claims(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def signed(payload: dict, *, key: str = settings.JWT_SIGNING_KEY, algorithm: str = "HS256", **headers) -> str:
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers or None)


def unsigned(payload: dict, *, alg: str) -> str:
    parts = ({"alg": alg, "typ": "JWT"}, payload)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + "."


def without(payload: dict, name: str) -> dict:
    return {key: value for key, value in payload.items() if key != name}


FORGERIES = {
    "alg none": lambda token: unsigned(claims(token), alg="none"),
    "alg NONE": lambda token: unsigned(claims(token), alg="NONE"),
    "no signature": lambda token: unsigned(claims(token), alg="HS256"),
    "another key": lambda token: signed(claims(token), key="k" * 64),
    "the key of cookies and mails": lambda token: signed(claims(token), key=settings.SECRET_KEY),
    "an empty key": lambda token: signed(claims(token), key="\0" * 32),
    "another algorithm": lambda token: signed(claims(token), algorithm="HS384"),
    "a critical header": lambda token: signed(claims(token), crit=["strict"], strict=True),
    "expired": lambda token: signed(claims(token) | {"exp": 1}),
    "no end": lambda token: signed(without(claims(token), "exp")),
    "another issuer": lambda token: signed(claims(token) | {"iss": "http://earshot.tes"}),
    "no issuer": lambda token: signed(without(claims(token), "iss")),
    "another kind": lambda token: signed(claims(token) | {"token_type": "sliding"}),
    "no kind": lambda token: signed(without(claims(token), "token_type")),
    "no id": lambda token: signed(without(claims(token), "jti")),
    "no session": lambda token: signed(without(claims(token), "sid")),
    "a session that is no id": lambda token: signed(claims(token) | {"sid": "1 OR 1=1"}),
    "a session that is a number": lambda token: signed(claims(token) | {"sid": 1}),
    "a changed person": lambda token: (
        token.split(".")[0]
        + "."
        + unsigned(claims(token) | {"sub": "1"}, alg="x").split(".")[1]
        + "."
        + token.split(".")[2]
    ),
    "an unknown session": lambda token: signed(claims(token) | {"sid": str(uuid.uuid4())}),
    "cut short": lambda token: token[:-1],
    "rubbish": lambda token: "rubbish",
    "empty": lambda token: "",
    "not ASCII": lambda token: "é" + token,
}
STRANGERS = {"an unknown session"}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_access_token_opens_nothing(pair, name):
    token = FORGERIES[name](pair.access)
    api = Api()
    answer = api.get("/api/v1/me/", headers={"authorization": f"Bearer {token}"})
    api.problem(answer, status=401, code="authentication_failed")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert (with_new_life(token) is not None) == (name in STRANGERS)
    api.cookies[ACCESS_COOKIE] = token.encode("ascii", "ignore").decode() if name != "not ASCII" else "x"
    api.problem(api.get("/api/v1/me/"), status=401, code="not_authenticated")


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_refresh_token_refreshes_nothing_and_ends_nothing(pair, name):
    api = Api()
    answer = api.post("/api/v1/auth/token/refresh/", {"refresh": FORGERIES[name](pair.refresh) or "x"})
    api.problem(answer, status=401, code="token_invalid")
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert api.post("/api/v1/auth/token/refresh/", {"refresh": pair.refresh}).status_code == 200


def test_the_tokens_that_the_forgeries_start_from_are_good(pair):
    assert read_token(AccessToken, signed(claims(pair.access))) == read_token(AccessToken, pair.access)
    assert read_token(RefreshToken, pair.refresh).session_id == pair.session.pk


def test_each_kind_of_token_is_good_for_its_own_purpose_only(pair):
    api = Api()
    answer = api.get("/api/v1/me/", headers={"authorization": f"Bearer {pair.refresh}"})
    api.problem(answer, status=401, code="authentication_failed")
    answer = api.post("/api/v1/auth/token/refresh/", {"refresh": pair.access})
    api.problem(answer, status=401, code="token_invalid")
    assert Session.objects.get().ended_at is None


@pytest.mark.parametrize("header", ["", "Bearer", "Basic b3duZXI6cHc=", "Token x", "Bearer  ", "bearer x y"])
def test_a_header_that_is_there_must_be_good_even_beside_a_good_cookie(pair, header):
    api = Api()
    api.cookies[ACCESS_COOKIE] = pair.access
    answer = api.get("/api/v1/me/", headers={"authorization": header})
    if header:
        api.problem(answer, status=401, code="authentication_failed")
    else:
        assert answer.status_code == 200


def test_the_scheme_is_read_in_any_case(pair):
    assert Api().get("/api/v1/me/", headers={"authorization": f"bearer {pair.access}"}).status_code == 200


def test_a_token_lasts_ten_minutes_and_a_session_thirty_days(pair):
    access, refresh = claims(pair.access), claims(pair.refresh)
    assert access["exp"] - access["iat"] == 600
    assert abs(refresh["exp"] - refresh["iat"] - 30 * 86_400) <= 1
    assert access["iss"] == "http://earshot.test"


@pytest.mark.parametrize("way_out", ["suspended", "ended", "expired", "deleted"])
def test_whoever_is_out_is_out_at_the_next_request(owner, pair, way_out):
    api = Api()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair.access}")
    assert api.get("/api/v1/me/").status_code == 200
    if way_out == "suspended":
        User.objects.filter(pk=owner.pk).update(is_active=False)
    elif way_out == "ended":
        end_session(session=pair.session, at=timezone.now())
    elif way_out == "expired":
        Session.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        owner.delete()
    api.problem(api.get("/api/v1/me/"), status=401, code="authentication_failed")
