"""Signed JWTs as this project reads them: each kind for its own purpose, and pointing at a session."""

import uuid
from dataclasses import dataclass

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken


@dataclass(frozen=True)
class Claims:
    """What a good token says: the session it belongs to, and its own id."""

    session_id: uuid.UUID
    jti: str


def read_token(kind: type[AccessToken] | type[RefreshToken], text: str) -> Claims | None:
    """The claims of a token of that kind, or None for one that is forged, expired, of another kind or issuer."""
    try:
        payload = kind(text).payload  # type: ignore[arg-type]  # the stub forgets that text is taken
        return Claims(session_id=uuid.UUID(payload["sid"]), jti=payload["jti"])
    except (TokenError, KeyError, ValueError, AttributeError):
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
