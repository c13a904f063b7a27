"""A complete upload becomes a track: once, however often and by however many it is asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tracks.models import Track, Upload
from tracks.services.uploading import add_track, fresh_sound
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.services.arriving import settle_upload
from tracks.uploads.services.states import UploadIncomplete, UploadUsed, ensure_not_over


def finish_upload(*, upload: Upload, details: Mapping[str, Any], at: datetime) -> Track:
    """Queue the file as a new track of its owner. `details`: the fields of a track that the uploader gave.

    Raises UploadIncomplete, UploadOver, UploadUsed, UploadLocked, PermalinkTaken, PermalinkReserved.
    """
    if upload.protocol == Protocol.TUS:
        settle_upload(upload=upload, at=at)
    return use_upload(upload_id=upload.pk, details=details, at=at)


@transaction.atomic
def use_upload(*, upload_id: int, details: Mapping[str, Any], at: datetime) -> Track:
    """The rows of the track. Its file is stored already, under the key that the sound takes over."""
    upload = Upload.objects.select_for_update(no_key=True).get(pk=upload_id)
    ensure_not_over(upload)
    if upload.sound is not None:
        raise UploadUsed(track_id=upload.sound.track_id)
    if upload.state != UploadState.COMPLETE:
        raise UploadIncomplete(size=upload.size)
    sound = fresh_sound(name=upload.filename, size=upload.size, key=upload.key, at=at)
    sound.original_sha256 = upload.sha256
    track = add_track(owner=upload.owner, sound=sound, details=details, at=at)
    upload.sound = sound
    upload.state = UploadState.USED
    upload.ended_at = at
    upload.save(update_fields=["sound", "state", "ended_at"])
    return track
