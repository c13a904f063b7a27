"""What a file takes of a plan: its owner's or, in a space, of the plan of the space's owner. The 128 random bits under
which it is stored are its key in the ledger."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from accounts.models import User
from billing.services import OverQuota, hold_ledgers, move_uploads, release_upload, reserve_upload, settle_upload
from social.services import SpaceOverQuota
from tracks.audio.errors import AudioRefused
from tracks.models import Sound, Track


def payer_of(track: Track) -> User:
    """Against whose plan a track counts. The caller holds the track, or its space: so it stays like that."""
    return track.space.owner if track.space else track.owner


@contextmanager
def told_of(space_id: int | None) -> Iterator[None]:
    """OverQuota in a space says which limit it is, and nothing of the plan of its owner. Raises SpaceOverQuota."""
    try:
        yield
    except OverQuota as error:
        if space_id is None:
            raise
        raise SpaceOverQuota(limit=error.facts["limit"], space_id=space_id) from error


def reserve(*, owner: User, key: str, size: int, at: datetime) -> None:
    """Keep room for a file of so many bytes, for a little less than an hour; call it again as long as it is on its way.

    Raises OverQuota.
    """
    reserve_upload(user=owner, key=UUID(hex=key), size_bytes=size, at=at)


def reserve_for(track: Track, *, key: str, size: int, at: datetime) -> None:
    """Keep room for a file of a track, against the plan that the track counts against; what it has taken of its
    uploader's is given back. Raises OverQuota, SpaceOverQuota."""
    payer = payer_of(track)
    with told_of(track.space_id):
        if track.space_id is not None:
            move_uploads(keys=[UUID(hex=key)], user_id=payer.pk, at=at)
        reserve(owner=payer, key=key, size=size, at=at)


def hold_ledgers_for(track: Track, *, key: str) -> None:
    """Before more than one thing is written in ledgers for a track that may be another's than its file: all are held in
    one order."""
    if track.space_id is not None:
        hold_ledgers(keys=[UUID(hex=key)], user_id=payer_of(track).pk)


def charge(*, sound: Sound, duration_ms: int, at: datetime) -> None:
    """Count a file that turned out to last so long; the second time nothing changes.

    Room that has lapsed while the file waited for a worker is asked for anew. Raises AudioRefused where there is none.
    """
    track = sound.track
    try:
        reserve_for(track, key=sound.key, size=sound.original_bytes, at=at)
        with told_of(track.space_id):
            settle_upload(key=UUID(hex=sound.key), size_bytes=sound.original_bytes, duration_ms=duration_ms, at=at)
    except (OverQuota, SpaceOverQuota) as error:
        raise AudioRefused(code=error.code, reason=str(error)) from error


def release(*, key: str, at: datetime) -> None:
    """Give back all that a file has taken: it becomes no sound that plays. Safe at any time."""
    release_upload(key=UUID(hex=key), at=at)


def keys_of(tracks: Collection[Track]) -> list[UUID]:
    """The files of these tracks in the ledger: what plays, what waits, and what was replaced."""
    keys = Sound.objects.filter(track__in=[track.pk for track in tracks]).values_list("key", flat=True)
    return [UUID(hex=key) for key in keys]
