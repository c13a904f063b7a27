"""A stream URL is a capability: it says who asked for which sound, until when, under our signature.

It is not permission by itself: every request is checked again with what it says (`queries.open_media`).
"""

from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

# Names the fields below too: whoever changes them changes it, so that older capabilities are over and not misread.
SALT = "tracks.media-capability.1"
SHORTEST_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Capability:
    """`user_id` is None for somebody who is not signed in; `expires_at` is in seconds since 1970, UTC."""

    track_id: int
    sound_id: int
    user_id: int | None
    secret_digest: str
    expires_at: int


def expiry(*, duration_ms: int, at: datetime) -> datetime:
    """A stream outlives its track: twice its length, one hour at least."""
    return at + max(SHORTEST_LIFE, timedelta(milliseconds=2 * duration_ms))


def seal(capability: Capability) -> str:
    """The capability as one segment of a path."""
    return signing.Signer(salt=SALT, sep=".").sign_object(list(astuple(capability)))


def unseal(text: str, *, at: datetime) -> Capability | None:
    """The capability, or None when it is forged or over."""
    try:
        fields = signing.Signer(salt=SALT, sep=".").unsign_object(text)
    except signing.BadSignature:
        return None
    capability = Capability(*fields)
    return capability if datetime.fromtimestamp(capability.expires_at, UTC) > at else None
