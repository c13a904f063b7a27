"""Who is looking: built once for a request or a media capability and handed to every `visible_to`."""

import hashlib
from dataclasses import dataclass
from typing import Any


def digest_secret(token: str) -> str:
    """SHA-256 of a secret token, in hex. Tokens carry 128 random bits or more, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Viewer:
    """A person (or nobody) and what they brought along to open a door.

    `secret_digest` is the digest of a link's secret token, never the token: a viewer may be written into a URL.
    """

    user: Any
    secret_digest: str = ""

    @classmethod
    def with_token(cls, *, user: Any, secret_token: str) -> "Viewer":
        return cls(user=user, secret_digest=digest_secret(secret_token) if secret_token else "")

    @property
    def user_id(self) -> int | None:
        """The signed-in person's id, or None."""
        return self.user.pk if self.user.is_authenticated else None
