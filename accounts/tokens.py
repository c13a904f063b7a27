"""Signed JWTs as this project reads them: each kind under a key of its own, and pointing at a session."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import Token

from config.env import ACCESS_TOKEN_LIFETIME, SESSION_LIFETIME, STANDING_TOKEN_LIFETIME, SigningKey
from config.lib.secrets import derived_key

HEADER = {"alg", "kid", "typ"}


class PurposeBackend(TokenBackend):
    """Signs and verifies one kind of token: HS256, under keys that are derived for this kind alone.

    As RFC 8725 advises: one algorithm (3.1), the kind in `typ` (3.11) and `aud` (3.9), and a `kid` that chooses from a
    fixed map (3.10). A header that says anything more, be it jku, jwk, x5u or crit, is refused.
    """

    def __init__(self, *, kind: str, keys: tuple[SigningKey, ...], issuer: str) -> None:
        super().__init__("HS256", audience=f"earshot:{kind}", issuer=issuer)
        self.kid = keys[0].kid
        self.typ = f"{kind}+jwt"
        self.keys: Mapping[str, bytes] = {key.kid: derived_key(key.secret, purpose=f"jwt {kind}") for key in keys}

    def encode(self, payload: dict[str, Any]) -> str:
        """The token, signed with the first key, which it names."""
        claims = {**payload, "aud": self.audience, "iss": self.issuer}
        return jwt.encode(claims, self.keys[self.kid], self.algorithm, headers={"kid": self.kid, "typ": self.typ})

    def get_verifying_key(self, token: Any) -> bytes:
        """The key that the token names; `decode` asks for it, and refuses what raises InvalidTokenError."""
        header = jwt.get_unverified_header(token)
        if set(header) != HEADER or header["typ"] != self.typ or header["kid"] not in self.keys:
            raise jwt.InvalidTokenError("no header of ours")
        return self.keys[header["kid"]]


@cache
def backend_for(kind: str, keys: tuple[SigningKey, ...], issuer: str) -> PurposeBackend:
    """Deriving keys takes time; they are the same as long as the settings are."""
    return PurposeBackend(kind=kind, keys=keys, issuer=issuer)


class PurposeToken(Token):
    """A kind of token is a subclass with a `token_type`, which is its purpose, and a `lifetime`."""

    token_type: str

    @property
    def token_backend(self) -> TokenBackend:
        return backend_for(self.token_type, settings.JWT_SIGNING_KEYS, settings.SITE_URL)


class AccessToken(PurposeToken):
    token_type = "access"  # noqa: S105 -- a name
    lifetime: timedelta = ACCESS_TOKEN_LIFETIME


class RefreshToken(PurposeToken):
    token_type = "refresh"  # noqa: S105 -- a name
    lifetime: timedelta = SESSION_LIFETIME


class StandingToken(PurposeToken):
    """For who is suspended: to read why, to appeal, and to take what is theirs along; it opens no session."""

    token_type = "standing"  # noqa: S105 -- a name
    lifetime: timedelta = STANDING_TOKEN_LIFETIME


@dataclass(frozen=True)
class Claims:
    """What a good token says: the session it belongs to, and its own id."""

    session_id: uuid.UUID
    jti: str


def read_token(kind: type[PurposeToken], text: str) -> Claims | None:
    """The claims of a token of that kind, or None for one that is forged, expired, of another kind or issuer."""
    try:
        payload = kind(text).payload  # type: ignore[arg-type]  # the stub forgets that text is taken
        return Claims(session_id=uuid.UUID(payload["sid"]), jti=payload["jti"])
    except (TokenError, KeyError, ValueError, AttributeError):
        return None


@dataclass(frozen=True)
class StandingClaims:
    """What a good standing token says: whose it is, and under which version of their sign-in it was made."""

    user_id: int
    version: int


def standing_token(*, user_id: int, version: int) -> str:
    """A token of this kind for a person."""
    token = StandingToken()
    token["sub"], token["ver"] = str(user_id), version
    return str(token)


def read_standing_token(text: str) -> StandingClaims | None:
    """Its claims, or None for one that is forged, expired, of another kind or issuer."""
    try:
        payload = StandingToken(text).payload  # type: ignore[arg-type]  # the stub forgets that text is taken
        return StandingClaims(user_id=int(payload["sub"]), version=int(payload["ver"]))
    except (TokenError, KeyError, ValueError, TypeError):
        return None


def with_new_life(text: str) -> str | None:
    """An access token for the same session as this good one, with its whole life before it; None for one that is not.

    For requests whose body takes longer than a token lives: what was good when they began is good when they are read.
    The session itself is asked again then.
    """
    if read_token(AccessToken, text) is None:
        return None
    token = AccessToken(text)  # type: ignore[arg-type]  # the stub forgets that text is taken
    token.set_exp()
    return str(token)
