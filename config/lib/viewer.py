"""Who is looking: built once for a request or a media capability and handed to every `visible_to`."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from config.lib.grants import Grant, unseal_grant


def digest_secret(token: str) -> str:
    """SHA-256 of a secret token, in hex. Tokens carry 128 random bits or more, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Viewer:
    """A person (or nobody) and what they brought along to open a door.

    `secret_digest` is the digest of a link's secret token, never the token: a viewer may be written into a URL. `grant`
    is what the opening of a shared link has given them.
    """

    user: Any
    secret_digest: str = ""
    grant: Grant | None = None

    @classmethod
    def with_token(cls, *, user: Any, secret_token: str, grant: str = "") -> "Viewer":
        """`grant` is what opening a shared link has answered; one that is forged or over counts for nothing."""
        return cls(
            user=user,
            secret_digest=digest_secret(secret_token) if secret_token else "",
            grant=unseal_grant(grant, at=timezone.now()) if grant else None,
        )

    @property
    def user_id(self) -> int | None:
        """The signed-in person's id, or None."""
        return self.user.pk if self.user.is_authenticated else None
