"""Uploads that nobody came back for go, and what killed processes left behind."""

from datetime import datetime, timedelta

from config.lib import bucket
from tracks.models import Sound, Upload
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import PartGone, folder, remove_part, try_hold
from tracks.uploads.services.arriving import expiry_of, prolong
from tracks.uploads.services.states import end_upload, object_of

# So many at once; the others wait for the next sweep.
MOST = 500
# Whoever asks again for a track of an upload is told of it for so long.
REMEMBERED = timedelta(days=30)
# Younger files may belong to a row that is about to be written.
OLD_ENOUGH = timedelta(days=1)


def sweep_uploads(*, at: datetime) -> int:
    """Let go of what is overdue, forget what ended long ago, remove what no row knows; how many uploads expired."""
    overdue = list(Upload.objects.overdue(at=at).order_by("expires_at")[:MOST])
    expired = sum(expire_upload(upload=upload, at=at) for upload in overdue)
    Upload.objects.filter(ended_at__lte=at - REMEMBERED).delete()
    remove_stray_parts(at=at)
    if bucket.is_on():
        remove_stray_multiparts(at=at)
    return expired


def expire_upload(*, upload: Upload, at: datetime) -> bool:
    """Let go of one upload, unless bytes are coming at this moment, or have come since its row was written."""
    if upload.protocol == Protocol.S3 or upload.state != UploadState.OPEN:
        return expire(upload, at=at)
    try:
        part = try_hold(upload.key)
    except PartGone:
        return expire(upload, at=at)
    if part is None:
        return False
    try:
        prolong(upload, expires_at=expiry_of(part))
        return upload.expires_at <= at and expire(upload, at=at)
    finally:
        part.let_go()


def expire(upload: Upload, *, at: datetime) -> bool:
    """The same of one to which nobody writes."""
    return end_upload(upload, state=UploadState.EXPIRED, reason="nobody came back for it", at=at)


def remove_stray_parts(*, at: datetime) -> None:
    """Remove files that are a day old and of no open upload."""
    before = (at - OLD_ENOUGH).timestamp()
    old = {path.name.partition(".")[0] for path in folder().glob("*") if path.stat().st_mtime < before}
    known = set(Upload.objects.filter(key__in=old, state=UploadState.OPEN).values_list("key", flat=True))
    for key in old - known:
        remove_part(key)


def remove_stray_multiparts(*, at: datetime) -> None:
    """Throw away uploads in parts that are a day old and that no open upload waits for: their parts cost money."""
    opened = {
        (object_of(upload), upload.multipart_id)
        for upload in Upload.objects.filter(state=UploadState.OPEN, protocol=Protocol.S3)
    }
    for key, multipart_id in bucket.list_multiparts(prefix=f"{Sound.ROOT}/", before=at - OLD_ENOUGH):
        if (key, multipart_id) not in opened:
            bucket.abort_multipart(key, multipart_id=multipart_id)
