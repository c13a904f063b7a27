"""Bytes have come through this server: where the upload stands now, and whether that was the last of them."""

from datetime import UTC, datetime

from django.conf import settings

from config.lib import storage
from tracks.models import Upload
from tracks.uploads.choices import UploadState
from tracks.uploads.part import HeldPart, PartGone, held
from tracks.uploads.services.states import UploadOver, end_upload, ensure_not_over, mark_complete, object_of


def settle_upload(*, upload: Upload, at: datetime) -> int:
    """How many bytes have come; whoever is writing lets go first. With the last one the upload is completed.

    Raises UploadOver, UploadLocked.
    """
    ensure_not_over(upload)
    if upload.state != UploadState.OPEN:
        return upload.size
    try:
        with held(upload.key) as part:
            return take_stock(upload=upload, part=part, at=at)
    except PartGone:
        return find_moved(upload=upload, at=at)


def take_stock(*, upload: Upload, part: HeldPart, at: datetime) -> int:
    """Bring what has come to the disk; how many bytes that is. All of them become a stored object, and then a row says
    so: a kill in between is noticed by whoever asks next."""
    offset = part.sync()
    if offset < upload.size:
        prolong(upload, expires_at=expiry_of(part))
        return offset
    if storage.size_of(object_of(upload)) != upload.size:
        storage.move_in(key=object_of(upload), path=part.path)
    mark_complete(upload, at=at)
    part.path.unlink(missing_ok=True)
    return offset


def expiry_of(part: HeldPart) -> datetime:
    """How long an open upload is kept: from its last byte on, which the file remembers even after a kill."""
    return datetime.fromtimestamp(part.changed_at(), UTC) + settings.UPLOAD_LIFETIME


def prolong(upload: Upload, *, expires_at: datetime) -> None:
    """Keep an open upload until then."""
    upload.expires_at = expires_at
    Upload.objects.filter(pk=upload.pk, state=UploadState.OPEN).update(expires_at=expires_at)


def find_moved(*, upload: Upload, at: datetime) -> int:
    """The bytes are not where they arrive: they are stored, or it is over; a disk that lost them ends the upload."""
    upload.refresh_from_db()
    ensure_not_over(upload)
    if upload.state == UploadState.OPEN:
        if storage.size_of(object_of(upload)) != upload.size:
            end_upload(upload, state=UploadState.EXPIRED, reason="its file is gone", at=at)
            raise UploadOver(state=UploadState.EXPIRED)
        mark_complete(upload, at=at)
    return upload.size
