"""OpenID Connect, from the client's side: the issuer's documents, the exchange of a code, whether an id_token is good.

OpenID Connect Core 1.0 (3.1.3.7) with the advice of RFC 8725: one algorithm, keys from the issuer's own set alone.
"""

import logging
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils.crypto import constant_time_compare

from config.lib.breaker import Breaker

logger = logging.getLogger(__name__)

PATIENCE_S = (2.0, 5.0)
"""To connect, and for each piece of an answer."""
KEEP_S = 3600
LOOK_AGAIN_S = 60
"""A key that nobody knows makes us ask anew, at most so often: forged tokens cost the issuer nothing."""
PAUSE_S = 5.0
CLOCK_DRIFT_S = 60
ALGORITHM = "RS256"
HEADER = {"alg", "kid", "typ", "x5t", "x5t#S256"}
# Google has two names for itself and says that both are good.
OTHER_NAMES = {"https://accounts.google.com": "accounts.google.com"}

Claims = Mapping[str, Any]


class IssuerAway(Exception):
    """The issuer does not answer, or answers what makes no sense."""


class CodeRefused(ValueError):
    """The issuer does not exchange this code: it is spent, too old, or was given to somebody else."""


class IdTokenInvalid(ValueError):
    """An id_token is forged, over, or was made for somebody else."""


@dataclass(frozen=True, kw_only=True)
class OidcClient:
    """Who we are to an issuer. `audiences`: all client ids of ours, those of apps too, of which `client_id` is one."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    audiences: frozenset[str]
    redirect_uris: frozenset[str]

    @property
    def origin(self) -> str:
        """Where browsers are sent, as a Content-Security-Policy names it."""
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Kept:
    document: Mapping[str, Any]
    fetched_at: float


class Issuer:
    """One issuer as this process knows it; threads share it. `clock` counts seconds."""

    def __init__(self, address: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.address = address
        self._clock = clock
        self._breaker = Breaker(service="oidc", failures=(requests.RequestException,), pause_s=PAUSE_S, clock=clock)
        self._lock = threading.Lock()
        self._kept: dict[str, Kept] = {}

    def authorization_url(self, client: OidcClient, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where a browser is sent for a code (PKCE, RFC 7636: only who knows `verifier` can exchange it)."""
        query = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._place('authorization_endpoint')}?{urlencode(query)}"

    def exchange(self, client: OidcClient, *, code: str, verifier: str, redirect_uri: str) -> str:
        """The id_token for a code; raises CodeRefused, IssuerAway."""
        body = {
            "grant_type": "authorization_code",
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        place = self._place("token_endpoint")
        answer = self._ask(lambda: called("POST", place, data=body))
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            logger.info("code_refused", extra={"issuer": self.address, "error": str(answer.get("error"))[:80]})
            raise CodeRefused
        return id_token

    def claims_of(self, id_token: str, client: OidcClient, *, nonce: str | None) -> Claims:
        """What a good id_token says; raises IdTokenInvalid, IssuerAway. `nonce`: what it must carry, if anything."""
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") != ALGORITHM or set(header) - HEADER:
                raise IdTokenInvalid("no header that is read here")
            claims: Claims = jwt.decode(
                id_token,
                self._key(header.get("kid")),
                algorithms=[ALGORITHM],
                audience=list(client.audiences),
                issuer=[self.address, OTHER_NAMES.get(self.address, self.address)],
                leeway=CLOCK_DRIFT_S,
                options={"require": ["iss", "sub", "aud", "exp", "iat"], "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            raise IdTokenInvalid(type(error).__name__) from error
        check_parties(claims, client)
        if nonce is not None and not constant_time_compare(nonce, str(claims.get("nonce"))):
            raise IdTokenInvalid("another nonce")
        return claims

    def _key(self, kid: str | None) -> RSAPublicKey:
        """The issuer's key of that name; without a name its only one. Raises IdTokenInvalid, IssuerAway."""
        place = self._place("jwks_uri")
        for age_s in (KEEP_S, LOOK_AGAIN_S):
            keys = usable_keys(self._document(place, age_s=age_s))
            if kid is None and len(keys) == 1:
                return next(iter(keys.values()))
            if kid in keys:
                return keys[kid]
        raise IdTokenInvalid("a key that the issuer does not have")

    def _place(self, name: str) -> str:
        """An address of the issuer's, from its own description."""
        description = self._document(f"{self.address}/.well-known/openid-configuration", age_s=KEEP_S)
        place = description.get(name)
        if description.get("issuer") != self.address or not isinstance(place, str):
            logger.error("issuer_describes_another", extra={"issuer": self.address})
            raise IssuerAway(self.address)
        return place

    def _document(self, place: str, *, age_s: float) -> Mapping[str, Any]:
        """A document at most so old; an older one while the issuer is away."""
        with self._lock:
            kept = self._kept.get(place)
            if kept and self._clock() - kept.fetched_at < age_s:
                return kept.document
            try:
                document = self._ask(lambda: called("GET", place))
            except IssuerAway:
                if kept is None:
                    raise
                return kept.document
            self._kept[place] = Kept(document, self._clock())
            return document

    def _ask(self, question: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """What the issuer answers; raises IssuerAway."""
        nothing: Mapping[str, Any] = {}
        answer = self._breaker.call(question, otherwise=lambda: nothing)
        if not answer:
            raise IssuerAway(self.address)
        return answer


def called(method: str, place: str, *, data: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The JSON object of an answer, which a refusal (4xx) has too; raises requests.RequestException for all else."""
    answer = requests.request(
        method, place, data=data, timeout=PATIENCE_S, allow_redirects=False, headers={"Accept": "application/json"}
    )
    understood = answer.status_code == 200 or (method == "POST" and 400 <= answer.status_code < 500)
    body = answer.json() if understood else None
    if not isinstance(body, dict) or not body:
        raise requests.RequestException(f"{answer.status_code} from {place}")
    return body


def usable_keys(document: Mapping[str, Any]) -> dict[str | None, RSAPublicKey]:
    """The keys that verify RS256, by their names."""
    try:
        listed = jwt.PyJWKSet.from_dict(dict(document)).keys
    except jwt.PyJWTError as error:
        raise IssuerAway("its keys cannot be read") from error
    return {
        key.key_id: key.key
        for key in listed
        if isinstance(key.key, RSAPublicKey) and key.public_key_use in {None, "sig"} and key.algorithm_name == ALGORITHM
    }


def check_parties(claims: Claims, client: OidcClient) -> None:
    """Made for us and for nobody else beside; raises IdTokenInvalid."""
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    party = claims.get("azp")
    if not set(audience) <= client.audiences:
        raise IdTokenInvalid("somebody else may read it too")
    if (party is not None or len(audience) > 1) and party not in client.audiences:
        raise IdTokenInvalid("somebody else asked for it")


def challenge_of(verifier: str) -> str:
    """RFC 7636, 4.2, method S256."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


@cache
def issuer_at(address: str) -> Issuer:
    """This process's knowledge of an issuer, with its breaker."""
    return Issuer(address)
