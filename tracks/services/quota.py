"""What a file takes of its owner's plan. The 128 random bits under which it is stored are its key in the ledger."""

from datetime import datetime
from uuid import UUID

from accounts.models import User
from billing.services import OverQuota, release_upload, reserve_upload, settle_upload
from tracks.audio.errors import AudioRefused
from tracks.models import Sound


def reserve(*, owner: User, key: str, size: int, at: datetime) -> None:
    """Keep room for a file of so many bytes, for a little less than an hour; call it again as long as it is on its way.

    Raises OverQuota.
    """
    reserve_upload(user=owner, key=UUID(hex=key), size_bytes=size, at=at)


def charge(*, sound: Sound, duration_ms: int, at: datetime) -> None:
    """Count a file that turned out to last so long; the second time nothing changes.

    Room that has lapsed while the file waited for a worker is asked for anew. Raises AudioRefused where there is none.
    """
    try:
        reserve(owner=sound.track.owner, key=sound.key, size=sound.original_bytes, at=at)
        settle_upload(key=UUID(hex=sound.key), size_bytes=sound.original_bytes, duration_ms=duration_ms, at=at)
    except OverQuota as error:
        raise AudioRefused(code=error.code, reason=str(error)) from error


def release(*, key: str, at: datetime) -> None:
    """Give back all that a file has taken: it becomes no sound that plays. Safe at any time."""
    release_upload(key=UUID(hex=key), at=at)
