"""Uploads that nobody came back for go; what killed processes left behind is the reconciliation's."""

from datetime import datetime, timedelta

from config.lib import advisory
from tracks.models import Upload
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.part import PartGone, try_hold
from tracks.uploads.services.arriving import expiry_of, prolong
from tracks.uploads.services.states import end_upload

# So many at once; the others wait for the next sweep.
MOST = 500
# Whoever asks again for a track of an upload is told of it for so long.
REMEMBERED = timedelta(days=30)


def sweep_uploads(*, at: datetime) -> int:
    """Let go of what is overdue, forget what ended long ago; how many uploads expired. Two sweeps at once are one."""
    with advisory.session_lock("tracks.sweep_uploads") as got:
        if not got:
            return 0
        overdue = list(Upload.objects.overdue(at=at).order_by("expires_at")[:MOST])
        expired = sum(expire_upload(upload=upload, at=at) for upload in overdue)
        Upload.objects.filter(ended_at__lte=at - REMEMBERED).delete()
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
