"""An issuer that comes and goes, changes its keys and talks nonsense: real HTTP on loopback."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from config.env import openid_client
from config.lib import oidc
from config.lib.oidc import CodeRefused, IdTokenInvalid, Issuer, IssuerAway


class Moody:
    """An issuer of our own: what it says, how often it was asked, and whether it is in the mood."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = "first"
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, object]] = {}
        self.address = ""

    def keys(self, **changes: object) -> dict[str, object]:
        jwk = json.loads(RSAAlgorithm.to_jwk(self.key.public_key())) | {"kid": self.kid, "use": "sig"} | changes
        return {"keys": [jwk]}

    def answer(self, path: str) -> tuple[int, object]:
        self.asked.append(path)
        description = {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint": f"{self.address}/token",
        }
        usual = {"/.well-known/openid-configuration": description, "/keys": self.keys()}
        return self.answers.get(path) or (200, usual.get(path, {}))

    def token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.address, "aud": "earshot", "sub": "pia", "iat": now, "exp": now + 600}
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.kid})


@contextmanager
def served(moody: Moody) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, body = moody.answer(self.path)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

        do_POST = do_GET  # noqa: N815 -- the name that the base class looks for

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    moody.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=30)


@pytest.fixture
def moody() -> Iterator[Moody]:
    moody = Moody()
    with served(moody):
        yield moody


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ours(moody):
    return openid_client(
        client_id="earshot", client_secret="s", issuer=moody.address, app_client_ids=[], redirect_uris=[]
    )


def test_keys_are_asked_for_once_an_hour(moody, ours, clock):
    known = Issuer(moody.address, clock=clock)
    for _ in range(5):
        known.claims_of(moody.token(), ours, nonce=None)
    assert moody.asked == ["/.well-known/openid-configuration", "/keys"]
    clock.now += oidc.KEEP_S
    known.claims_of(moody.token(), ours, nonce=None)
    assert len(moody.asked) == 4


def test_a_new_key_is_found_and_strange_ones_cost_one_call_a_minute(moody, ours, clock):
    known = Issuer(moody.address, clock=clock)
    known.claims_of(moody.token(), ours, nonce=None)
    clock.now += oidc.LOOK_AGAIN_S
    moody.kid, moody.key = "second", rsa.generate_private_key(public_exponent=65537, key_size=2048)
    known.claims_of(moody.token(), ours, nonce=None)
    before = len(moody.asked)
    moody.kid = "strange"
    for _ in range(20):
        with pytest.raises(IdTokenInvalid):
            known.claims_of(jwt.encode({}, moody.key, "RS256", headers={"kid": "forged"}), ours, nonce=None)
    assert len(moody.asked) == before


@pytest.mark.parametrize("changes", [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "c2VjcmV0"}])
def test_a_key_for_something_else_verifies_nothing(moody, ours, changes):
    moody.answers["/keys"] = (200, moody.keys(**changes))
    with pytest.raises((IdTokenInvalid, IssuerAway)):
        Issuer(moody.address).claims_of(moody.token(), ours, nonce=None)


@pytest.mark.parametrize(
    "answer",
    [
        (500, {}),
        (302, {}),
        (404, {"issuer": "x"}),
        (200, b"<html>"),
        (200, []),
        (200, {}),
        (200, {"issuer": "http://127.0.0.1:1"}),
    ],
)
def test_an_issuer_that_makes_no_sense_is_away(moody, ours, answer):
    moody.answers["/.well-known/openid-configuration"] = answer
    with pytest.raises(IssuerAway):
        Issuer(moody.address).claims_of(moody.token(), ours, nonce=None)


def test_while_it_is_away_its_old_keys_are_good_and_hardly_anybody_asks(moody, ours, clock):
    known = Issuer(moody.address, clock=clock)
    token = moody.token()
    known.claims_of(token, ours, nonce=None)
    clock.now += oidc.KEEP_S
    moody.answers = {path: (503, {}) for path in ("/.well-known/openid-configuration", "/keys")}
    before = len(moody.asked)
    for _ in range(10):
        assert known.claims_of(token, ours, nonce=None)["sub"] == "pia"
    assert len(moody.asked) == before + 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, {"error": "invalid_grant"}), CodeRefused),
        ((401, {"error": "invalid_client"}), CodeRefused),
        ((200, {"access_token": "a"}), CodeRefused),
        ((200, {"id_token": 5}), CodeRefused),
        ((400, b"<html>"), IssuerAway),
        ((500, {"error": "server_error"}), IssuerAway),
        ((302, {"id_token": "t"}), IssuerAway),
    ],
)
def test_an_exchange_fails_as_a_refusal_or_as_an_outage(moody, ours, answer, error):
    moody.answers["/token"] = answer
    with pytest.raises(error):
        Issuer(moody.address).exchange(ours, code="c", verifier="v", redirect_uri="r")


def test_a_server_that_accepts_and_never_answers_is_given_up(ours, monkeypatch):

    monkeypatch.setattr(oidc, "PATIENCE_S", (0.2, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(IssuerAway):
        Issuer(f"http://127.0.0.1:{silent.getsockname()[1]}").exchange(ours, code="c", verifier="v", redirect_uri="r")
