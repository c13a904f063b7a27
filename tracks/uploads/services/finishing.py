"""A complete upload becomes the sound of a track: once, however often and by however many it is asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from tracks.models import Sound, Track, Upload
from tracks.services.replacing import queue_replacement
from tracks.services.uploading import add_track, fresh_sound
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.services.arriving import settle_upload
from tracks.uploads.services.states import UploadIncomplete, UploadUsed, ensure_not_over


def finish_upload(*, upload: Upload, details: Mapping[str, Any], at: datetime) -> Track:
    """Queue the file as a new track of its owner. `details`: the fields of a track that the uploader gave.

    Raises UploadIncomplete, UploadOver, UploadUsed, UploadLocked, OverQuota, PermalinkTaken, PermalinkReserved.
    """
    with used(upload, at=at) as sound:
        return add_track(owner=upload.owner, sound=sound, details=details, at=at)


def replace_by_upload(*, track: Track, upload: Upload, at: datetime) -> Track:
    """Queue the file as the next sound of a track.

    Raises UploadIncomplete, UploadOver, UploadUsed, UploadLocked, OverQuota, AudioHeld, Track.DoesNotExist.
    """
    with used(upload, at=at) as sound:
        return queue_replacement(track=track, sound=sound, at=at)


@contextmanager
def used(upload: Upload, *, at: datetime) -> Iterator[Sound]:
    """The file as the original of a sound that the block saves, in the transaction that marks the upload as used.

    It is stored already, under the key that the sound takes over.
    """
    if upload.protocol == Protocol.TUS:
        settle_upload(upload=upload, at=at)
    with transaction.atomic():
        upload = lock_complete(upload.pk)
        sound = fresh_sound(name=upload.filename, size=upload.size, key=upload.key, at=at)
        sound.original_sha256 = upload.sha256
        yield sound
        upload.sound = sound
        upload.state = UploadState.USED
        upload.ended_at = at
        upload.save(update_fields=["sound", "state", "ended_at"])


def lock_complete(upload_id: int) -> Upload:
    """The row, held until the transaction ends. Raises UploadIncomplete, UploadOver, UploadUsed."""
    upload = Upload.objects.select_for_update(no_key=True).get(pk=upload_id)
    ensure_not_over(upload)
    if upload.sound is not None:
        raise UploadUsed(track_id=upload.sound.track_id)
    if upload.state != UploadState.COMPLETE:
        raise UploadIncomplete(size=upload.size)
    return upload
