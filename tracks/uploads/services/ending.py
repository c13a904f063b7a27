"""Its owner does not want an upload any more, or is no more."""

from datetime import datetime

from tracks.models import Upload
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import PartGone, held
from tracks.uploads.services.states import UploadUsed, end_upload, ensure_not_over, remove_bytes


def cancel_upload(*, upload: Upload, at: datetime) -> None:
    """Throw its bytes away; whoever is writing lets go first. Raises UploadOver, UploadUsed, UploadLocked."""
    ensure_not_over(upload)
    if upload.protocol == Protocol.TUS and upload.state == UploadState.OPEN:
        try:
            with held(upload.key):
                return cancel_quiet_upload(upload=upload, at=at)
        except PartGone:
            pass  # it is complete, or over
    return cancel_quiet_upload(upload=upload, at=at)


def cancel_quiet_upload(*, upload: Upload, at: datetime) -> None:
    """The same of one that nobody writes to, or only the caller."""
    if not end_upload(upload, state=UploadState.CANCELLED, reason="its owner cancelled it", at=at):
        upload.refresh_from_db()
        ensure_not_over(upload)
        raise UploadUsed(track_id=upload.sound.track_id if upload.sound else None)


def erase_uploads(*, owner_id: int, at: datetime) -> None:
    """Leave nothing of what a person has sent and made no track of, nor of when they did. Raises UploadLocked.

    A row goes last: as long as it is there, bytes may be left, which the next attempt removes.
    """
    for upload in Upload.objects.filter(owner=owner_id).waiting():
        cancel_upload(upload=upload, at=at)
    for upload in Upload.objects.filter(owner=owner_id, sound=None):
        remove_bytes(upload)
        upload.delete()
