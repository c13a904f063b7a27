"""What an id_token must be, against a real issuer whose key the test holds."""

import base64
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from config.env import openid_client
from config.lib.oidc import IdTokenInvalid, Issuer

GOOGLE = "/api/v1/auth/google/"


@pytest.fixture
def client(issuer):
    return openid_client(
        client_id="earshot", client_secret="s", issuer=issuer.issuer, app_client_ids=["app"], redirect_uris=[]
    )


@pytest.fixture
def good(issuer) -> dict[str, object]:
    """The claims of a token that is taken."""
    now = int(time.time())
    return {"iss": issuer.issuer, "aud": "earshot", "sub": "pia", "iat": now, "exp": now + 600}


def by_hand(header: dict[str, object], claims: dict[str, object], signature: bytes = b"") -> str:
    """A token put together from its parts, for what no library would sign."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64url_encode(part).decode() for part in parts)


def refused(issuer, client, token: str, *, nonce: str | None = None) -> bool:
    try:
        Issuer(issuer.issuer).claims_of(token, client, nonce=nonce)
    except IdTokenInvalid:
        return True
    return False


def test_a_good_token_is_taken(issuer, client, good):
    token = jwt.encode(good | {"nonce": "n"}, issuer.key, "RS256")
    assert Issuer(issuer.issuer).claims_of(token, client, nonce="n")["sub"] == "pia"
    assert not refused(issuer, client, token)
    assert refused(issuer, client, token, nonce="another")
    assert refused(issuer, client, jwt.encode(good, issuer.key, "RS256"), nonce="n")


def forgeries(key: rsa.RSAPrivateKey, good: dict[str, object]) -> dict[str, str]:
    """Tokens that nobody may take: name -> token."""
    public_pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    their_jwk = json.loads(RSAAlgorithm.to_jwk(stranger.public_key()))
    secret = base64.b64encode(public_pem).decode()
    hmac_signed = by_hand({"alg": "HS256", "typ": "JWT"}, good)
    digest = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signed = hmac_signed.rsplit(".", 1)[0]
    ours = jwt.encode(good, key, "RS256")
    head, body, signature = ours.split(".")
    return {
        "no algorithm": by_hand({"alg": "none", "typ": "JWT"}, good),
        "no algorithm, in capitals": by_hand({"alg": "NONE"}, good),
        "no algorithm named": by_hand({"typ": "JWT"}, good),
        "the public key as a secret": f"{signed}.{base64url_encode(digest.sign(signed.encode(), public_pem)).decode()}",
        "a secret made of it": jwt.encode(good, secret, "HS256"),
        "another algorithm of the same key": jwt.encode(good, key, "RS512"),
        "PSS": jwt.encode(good, key, "PS256"),
        "an elliptic key": jwt.encode(good, ec.generate_private_key(ec.SECP256R1()), "ES256"),
        "a stranger's key": jwt.encode(good, stranger, "RS256"),
        "a key that is not there": jwt.encode(good, key, "RS256", headers={"kid": "another"}),
        "a key by path": jwt.encode(good, stranger, "RS256", headers={"kid": "../../dev/null"}),
        "its own key": jwt.encode(good, stranger, "RS256", headers={"jwk": their_jwk}),
        "the address of its key": jwt.encode(good, stranger, "RS256", headers={"jku": "http://127.0.0.1:9/keys"}),
        "jku beside a good signature": jwt.encode(good, key, "RS256", headers={"jku": "http://127.0.0.1:9/keys"}),
        "jwk beside a good signature": jwt.encode(good, key, "RS256", headers={"jwk": their_jwk}),
        "a certificate": jwt.encode(good, key, "RS256", headers={"x5u": "http://127.0.0.1:9/", "x5c": ["MII"]}),
        "crit": jwt.encode(good, key, "RS256", headers={"crit": ["exp"]}),
        "no signature": f"{head}.{body}.",
        "another body": f"{head}.{base64url_encode(json.dumps(good | {'sub': 'owner'}).encode()).decode()}.{signature}",
        "no token": "rubbish",
        "an empty one": "..",
        "a list": by_hand({"alg": "RS256"}, good).replace(".", ".W10.", 1),
    }


def test_no_forgery_is_taken(issuer, client, good):
    taken = [name for name, token in forgeries(issuer.key, good).items() if not refused(issuer, client, token)]
    assert taken == []


CLAIMS = {
    "another audience": {"aud": "another"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "a part of the audience": {"aud": "earsho"},
    "a second reader": {"aud": ["earshot", "another"], "azp": "earshot"},
    "two readers and nobody who asked": {"aud": ["earshot", "app"]},
    "somebody else asked": {"azp": "another"},
    "another issuer": {"iss": "https://accounts.google.com"},
    "no issuer": {"iss": None},
    "a longer issuer": {"iss": "+/"},
    "a part of the issuer": {"iss": "http://127.0.0.1"},
    "over": {"exp": -61},
    "without an end": {"exp": None},
    "from the future": {"iat": 120},
    "without a beginning": {"iat": None},
    "not yet": {"nbf": 120},
    "nobody": {"sub": None},
    "a number": {"sub": 5},
    "a beginning that is none": {"iat": "yesterday"},
}


@pytest.mark.parametrize("name", CLAIMS)
def test_no_token_is_taken_whose_claims_are_not_for_us(issuer, client, good, name):
    changed = {}
    for claim, value in CLAIMS[name].items():
        if isinstance(value, int) and claim != "sub":
            value = int(time.time()) + value  # noqa: PLW2901 -- seconds from now
        changed[claim] = f"{issuer.issuer}/" if value == "+/" else value
    claims = {claim: value for claim, value in (good | changed).items() if value is not None}
    # PyJWT would not sign some of these.
    head = by_hand({"alg": "RS256", "typ": "JWT"}, claims).rsplit(".", 1)[0]
    signature = RSAAlgorithm(RSAAlgorithm.SHA256).sign(head.encode(), issuer.key)
    assert refused(issuer, client, f"{head}.{base64url_encode(signature).decode()}")


@pytest.mark.parametrize(
    "claims", [{"aud": ["earshot"]}, {"aud": "app"}, {"azp": "app"}, {"aud": ["earshot", "app"], "azp": "app"}]
)
def test_tokens_that_our_apps_got_are_taken(issuer, client, good, claims):
    assert not refused(issuer, client, jwt.encode(good | claims, issuer.key, "RS256"))


def test_clocks_may_be_a_minute_apart(issuer, client, good):
    now = int(time.time())
    assert not refused(issuer, client, jwt.encode(good | {"iat": now + 30, "exp": now - 30 + 600}, issuer.key, "RS256"))
    assert not refused(issuer, client, jwt.encode(good | {"iat": now - 600, "exp": now - 30}, issuer.key, "RS256"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["the public key as a secret", "no algorithm", "its own key", "crit"])
def test_the_door_takes_no_forgery_either(api, google, good, name):
    good |= {"email": "pia@example.org", "email_verified": True}
    answer = api.post(GOOGLE, {"id_token": forgeries(google.key, good)[name]})
    api.problem(answer, status=400, code="google_sign_in_invalid")
