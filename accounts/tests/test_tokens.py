"""What a token must be, and what it opens no longer."""

import base64
import hmac
import json
import uuid
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt import tokens

from accounts.authentication import ACCESS_COOKIE
from accounts.models import Session, User
from accounts.services.sessions import Device, end_session, open_session
from accounts.tokens import AccessToken, RefreshToken, read_token, with_new_life
from config.lib.secrets import derived_key
from config.lib.testing import Api

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(owner):
    return open_session(user=owner, device=Device(user_agent="", address=""), at=timezone.now())


def claims(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def key_of(token: str) -> bytes:
    """The key that a good token of this kind is signed with."""
    kind = jwt.get_unverified_header(token)["typ"].removesuffix("+jwt")
    return derived_key(settings.JWT_SIGNING_KEYS[0].secret, purpose=f"jwt {kind}")


def signed(token: str, payload: dict, *, key: bytes | str = b"", algorithm: str = "HS256", **header: object) -> str:
    """Those claims under the header of the token, changed; a member that is None is left out."""
    header = jwt.get_unverified_header(token) | {"alg": algorithm} | header
    return jws(header, payload, key=key or key_of(token))


def jws(header: dict, payload: dict, *, key: bytes | str) -> str:
    """Made by hand, for PyJWT writes no header that it would not read. Signed with HMAC, whatever `alg` says."""
    body = ".".join(encoded({k: v for k, v in part.items() if v is not None}) for part in (header, payload))
    digest = {"HS384": "sha384", "HS512": "sha512"}.get(header.get("alg"), "sha256")
    key = key.encode() if isinstance(key, str) else key
    return f"{body}.{base64url(hmac.digest(key, body.encode(), digest))}"


def unsigned(token: str, *, alg: str) -> str:
    header = jwt.get_unverified_header(token) | {"alg": alg}
    return f"{encoded(header)}.{encoded(claims(token))}."


def encoded(part: object) -> str:
    return base64url(json.dumps(part).encode())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def without(payload: dict, name: str) -> dict:
    return {key: value for key, value in payload.items() if key != name}


def swapped(token: str, payload: dict) -> str:
    """The token with other claims under its old signature."""
    header, _, signature = token.split(".")
    return f"{header}.{encoded(payload)}.{signature}"


PEM = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n"
)
JWK = {"kty": "oct", "k": base64url(b"k" * 32)}
FORGERIES = {
    "alg none": lambda token: unsigned(token, alg="none"),
    "alg NONE": lambda token: unsigned(token, alg="NONE"),
    "no signature": lambda token: unsigned(token, alg="HS256"),
    "no algorithm": lambda token: signed(token, claims(token), alg=None),
    "another algorithm": lambda token: signed(token, claims(token), algorithm="HS384"),
    "HMAC called RS256": lambda token: signed(token, claims(token), algorithm="RS256"),
    "HMAC called RS256, under a public key": lambda token: signed(token, claims(token), algorithm="RS256", key=PEM),
    "a public key as secret": lambda token: signed(token, claims(token), key=PEM),
    "another key": lambda token: signed(token, claims(token), key="k" * 64),
    "the key of cookies and mails": lambda token: signed(token, claims(token), key=settings.SECRET_KEY),
    "the secret itself": lambda token: signed(token, claims(token), key=settings.JWT_SIGNING_KEYS[0].secret),
    "the key of another kind": lambda token: signed(
        token, claims(token), key=derived_key(settings.JWT_SIGNING_KEYS[0].secret, purpose="jwt sliding")
    ),
    "an empty key": lambda token: signed(token, claims(token), key="\0" * 32),
    "an unknown kid": lambda token: signed(token, claims(token), kid="2031"),
    "a kid that is a path": lambda token: signed(token, claims(token), kid="../../dev/null", key="\0"),
    "a kid that is SQL": lambda token: signed(token, claims(token), kid="x' UNION SELECT 'k", key="k"),
    "a kid that is no text": lambda token: signed(token, claims(token), kid=[0]),
    "an empty kid": lambda token: signed(token, claims(token), kid=""),
    "no kid": lambda token: signed(token, claims(token), kid=None),
    "a key of its own": lambda token: signed(token, claims(token), jwk=JWK, key=b"k" * 32),
    "a key elsewhere": lambda token: signed(token, claims(token), jku="https://evil.example/keys", key=b"k" * 32),
    "a certificate elsewhere": lambda token: signed(token, claims(token), x5u="https://evil.example/", key=b"k" * 32),
    "a key elsewhere, well signed": lambda token: signed(token, claims(token), jku="https://evil.example/keys"),
    "a critical header": lambda token: signed(token, claims(token), crit=["strict"], strict=True),
    "an unknown critical header": lambda token: signed(token, claims(token), crit=["b64"], b64=False),
    "a plain type": lambda token: signed(token, claims(token), typ="JWT"),
    "another type": lambda token: signed(token, claims(token), typ="sliding+jwt", key=key_of(token)),
    "no type": lambda token: signed(token, claims(token), typ=None, key=key_of(token)),
    "another audience": lambda token: signed(token, claims(token) | {"aud": "earshot:sliding"}),
    "no audience": lambda token: signed(token, without(claims(token), "aud")),
    "expired": lambda token: signed(token, claims(token) | {"exp": 1}),
    "no end": lambda token: signed(token, without(claims(token), "exp")),
    "another issuer": lambda token: signed(token, claims(token) | {"iss": "http://earshot.tes"}),
    "no issuer": lambda token: signed(token, without(claims(token), "iss")),
    "another kind": lambda token: signed(token, claims(token) | {"token_type": "sliding"}),
    "no kind": lambda token: signed(token, without(claims(token), "token_type")),
    "no id": lambda token: signed(token, without(claims(token), "jti")),
    "no session": lambda token: signed(token, without(claims(token), "sid")),
    "a session that is no id": lambda token: signed(token, claims(token) | {"sid": "1 OR 1=1"}),
    "a session that is a number": lambda token: signed(token, claims(token) | {"sid": 1}),
    "a changed person": lambda token: swapped(token, claims(token) | {"sub": "1"}),
    "an unknown session": lambda token: signed(token, claims(token) | {"sid": str(uuid.uuid4())}),
    "a header that is a list": lambda token: f"{encoded([])}.{token.split('.', 1)[1]}",
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
    for kind, token in ((AccessToken, pair.access), (RefreshToken, pair.refresh)):
        assert read_token(kind, token).session_id == pair.session.pk
        assert read_token(kind, signed(token, claims(token))) == read_token(kind, token)


def test_a_token_says_what_it_is_for(pair):
    for token, kind in ((pair.access, "access"), (pair.refresh, "refresh")):
        kid = settings.JWT_SIGNING_KEYS[0].kid
        assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": kid, "typ": f"{kind}+jwt"}
        assert claims(token)["aud"] == f"earshot:{kind}"


def test_the_packages_own_tokens_have_no_key_to_be_signed_with():
    with pytest.raises(TypeError):
        str(tokens.AccessToken())


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
