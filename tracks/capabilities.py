"""The URL of a stream or of a download is a capability: it says who asked for which sound, until when, under our
signature.

It is not permission by itself: every request is checked again with what it says (`queries.open_media`,
`files.queries.open_download`).
"""

from dataclasses import astuple, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import signing

from config.lib.grants import Grant

# Names the fields below too: whoever changes them changes it, so that older capabilities are over and not misread.
SALT = "tracks.media-capability.2"
DOWNLOAD_SALT = "tracks.download-capability.2"
SHORTEST_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Capability:
    """`user_id` is None for somebody who is not signed in; `expires_at` is in seconds since 1970, UTC.

    `grant` comes without its end: what was begun with it goes on as long as the link is there and not over.
    """

    track_id: int
    sound_id: int
    user_id: int | None
    secret_digest: str
    grant: Grant | None = field(default=None, kw_only=True)
    expires_at: int


@dataclass(frozen=True)
class DownloadCapability:
    """`copy` says which form of the sound it hands out (`choices.Copy`); the rest is as above."""

    track_id: int
    sound_id: int
    user_id: int
    secret_digest: str
    grant: Grant | None = field(default=None, kw_only=True)
    copy: str
    expires_at: int


def expiry(*, duration_ms: int, at: datetime) -> datetime:
    """A stream outlives its track: twice its length, one hour at least."""
    return at + max(SHORTEST_LIFE, timedelta(milliseconds=2 * duration_ms))


def seal(capability: Capability | DownloadCapability) -> str:
    """The capability as one segment of a path."""
    salt = SALT if isinstance(capability, Capability) else DOWNLOAD_SALT
    return signing.Signer(salt=salt, sep=".").sign_object(list(astuple(capability)))


def unseal(text: str, *, at: datetime) -> Capability | None:
    """The capability of a stream, or None when it is forged or over."""
    values = unsigned(text, salt=SALT)
    return Capability(**told(Capability, values)) if values and lasts(values, at=at) else None


def unseal_download(text: str, *, at: datetime) -> DownloadCapability | None:
    """The same of a download."""
    values = unsigned(text, salt=DOWNLOAD_SALT)
    return DownloadCapability(**told(DownloadCapability, values)) if values and lasts(values, at=at) else None


def unsigned(text: str, *, salt: str) -> list[Any] | None:
    """The fields under our signature; None without it."""
    try:
        values: list[Any] = signing.Signer(salt=salt, sep=".").unsign_object(text)
    except signing.BadSignature:
        return None
    return values


def told(kind: type[Any], values: list[Any]) -> dict[str, Any]:
    """The values by the names of the fields of a capability."""
    named = dict(zip((each.name for each in fields(kind)), values, strict=True))
    return named | {"grant": Grant(*named["grant"]) if named["grant"] else None}


def lasts(values: list[Any], *, at: datetime) -> bool:
    """Whether the last of the fields, the end, is still to come."""
    return datetime.fromtimestamp(values[-1], UTC) > at
