"""How far an upload is: it takes bytes, then it is complete, then it is a track; or it is over."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from config.lib import bucket, storage
from config.lib.custody.removing import record_removal
from config.lib.errors import DomainError
from tracks.models import Sound, Upload
from tracks.services.quota import release, reserve
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import remove_part
from tracks.uploads.querysets import WAITING

logger = logging.getLogger(__name__)


class UploadOver(DomainError):
    code = "upload_over"
    status = 410
    title = "This upload is {state}, and its bytes are gone; begin a new one."


class UploadUsed(DomainError):
    code = "upload_used"
    title = "A track was made of this upload already."


class UploadComplete(DomainError):
    code = "upload_complete"
    title = "This upload is complete; it takes no more bytes."


class UploadIncomplete(DomainError):
    code = "upload_incomplete"
    title = "Not all {size} bytes of this upload have come yet."


class UploadWrongProtocol(DomainError):
    code = "upload_wrong_protocol"
    title = "The bytes of this upload come by {protocol}."


def object_of(upload: Upload) -> str:
    """The key under which the complete file is stored, where the sound of its track will look for it."""
    return Sound(key=upload.key).original_key


def ensure_not_over(upload: Upload) -> None:
    """Raise UploadOver for one whose bytes are gone."""
    if upload.state not in {*WAITING, UploadState.USED}:
        raise UploadOver(state=upload.state)


def ensure_protocol(upload: Upload, protocol: Protocol) -> None:
    """Raise UploadWrongProtocol for one whose bytes come in another way."""
    if upload.protocol != protocol:
        raise UploadWrongProtocol(protocol=upload.protocol)


def ensure_takes_bytes(upload: Upload) -> None:
    """Raise UploadOver, UploadComplete."""
    ensure_not_over(upload)
    if upload.state != UploadState.OPEN:
        raise UploadComplete


def expect_bytes(*, upload: Upload, at: datetime) -> None:
    """Before every piece: the upload takes it, and its owner's plan has room for the whole file still.

    Raises UploadOver, UploadComplete, OverQuota.
    """
    ensure_takes_bytes(upload)
    reserve(owner=upload.owner, key=upload.key, size=upload.size, at=at)


def mark_complete(upload: Upload, *, at: datetime) -> None:
    """All bytes are stored: nobody adds to them any more. Raises UploadOver when it ended meanwhile."""
    opened = Upload.objects.filter(pk=upload.pk, state=UploadState.OPEN)
    opened.update(state=UploadState.COMPLETE, expires_at=at + settings.UPLOAD_LIFETIME)
    upload.refresh_from_db()
    ensure_not_over(upload)


@transaction.atomic
def end_upload(upload: Upload, *, state: UploadState, reason: str, at: datetime) -> bool:
    """Let go of an upload that becomes no track; False when that was decided before. Its bytes go after the commit.

    Bytes first would leave a row that promises what is gone; bytes that a kill leaves behind the sweeps remove.
    """
    waiting = Upload.objects.filter(pk=upload.pk).waiting()
    if not waiting.update(state=state, ended_at=at):
        return False
    release(key=upload.key, at=at)
    logger.info("upload_ended", extra={"upload_id": upload.pk, "state": state, "reason": reason})
    by = f"user:{upload.owner_id}" if state == UploadState.CANCELLED else "tracks.uploads"
    record_removal(prefix=Sound(key=upload.key).folder, reason=f"upload {state}: {reason}"[:60], by=by)
    transaction.on_commit(lambda: remove_bytes(upload), robust=True)
    return True


def remove_bytes(upload: Upload) -> None:
    """Remove all that has come, wherever it is."""
    try:
        if upload.protocol == Protocol.S3:
            bucket.abort_multipart(object_of(upload), multipart_id=upload.multipart_id)
        remove_part(upload.key)
        storage.delete_folder(prefix=Sound(key=upload.key).folder)
    except OSError:
        logger.warning("upload_bytes_left", extra={"upload_id": upload.pk}, exc_info=True)
