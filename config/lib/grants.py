"""What somebody gets who has opened a shared link: a signed note that every read brings along.

It is no permission by itself: whoever is asked looks at the link's row again, so that a link that was deleted, or is
over, opens nothing from that moment on.
"""

from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from django.core import signing

# Names the fields too: whoever changes them changes it, so that older grants are over and not misread.
SALT = "config.grant.1"


@dataclass(frozen=True)
class Grant:
    """`link_id` is the link that was opened, `kind` and `object_id` name what it leads to, `permission` how far."""

    kind: str
    link_id: int
    object_id: int
    permission: str


def seal_grant(grant: Grant, *, expires_at: datetime) -> str:
    """The grant as a word of a URL."""
    fields = [*astuple(grant), int(expires_at.timestamp())]
    return signing.Signer(salt=SALT, sep=".").sign_object(fields)


def unseal_grant(text: str, *, at: datetime) -> Grant | None:
    """The grant, or None for what is forged, broken or over."""
    try:
        *fields, expires_at = signing.Signer(salt=SALT, sep=".").unsign_object(text)
    except signing.BadSignature:
        return None
    return Grant(*fields) if datetime.fromtimestamp(expires_at, UTC) > at else None
