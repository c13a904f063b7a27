"""Bytes that go straight into the bucket: this server signs, and looks at what has come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.lib import bucket, storage
from config.lib.bucket import BucketRefused, PartOfUpload
from config.lib.errors import DomainError
from tracks.models import Upload
from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.parts import parts_count, size_of_part
from tracks.uploads.services.states import (
    end_upload,
    ensure_not_over,
    ensure_protocol,
    expect_bytes,
    mark_complete,
    object_of,
)

SIGNATURE_LIFE = timedelta(hours=1)


class PartsWrong(DomainError):
    code = "parts_wrong"
    title = "The bucket does not make a file of these parts: one is missing, too small, or its ETag is another's."


class UploadSizeWrong(DomainError):
    code = "upload_size_wrong"
    title = "{size} bytes were announced and {came} came, so the upload was thrown away."


@dataclass(frozen=True, kw_only=True)
class SignedPart:
    """An address that takes the bytes of one part, exactly so many, until `expires_at`."""

    number: int
    size: int
    url: str
    expires_at: datetime


def sign_parts(*, upload: Upload, numbers: Iterable[int], at: datetime) -> list[SignedPart]:
    """Addresses for these parts. Raises UploadWrongProtocol, UploadOver, UploadComplete, OverQuota, PartsWrong."""
    ensure_protocol(upload, Protocol.S3)
    expect_bytes(upload=upload, at=at)
    return [sign_part(upload, number, at=at) for number in numbers]


def sign_part(upload: Upload, number: int, *, at: datetime) -> SignedPart:
    """The address of one part. Raises PartsWrong for a number that this file has not."""
    if not 1 <= number <= parts_count(upload.size):
        raise PartsWrong
    size = size_of_part(number, size=upload.size)
    url = bucket.sign_part(
        object_of(upload),
        multipart_id=upload.multipart_id,
        number=number,
        size=size,
        expires_s=int(SIGNATURE_LIFE.total_seconds()),
    )
    return SignedPart(number=number, size=size, url=url, expires_at=at + SIGNATURE_LIFE)


def complete_direct(*, upload: Upload, parts: Sequence[PartOfUpload], at: datetime) -> Upload:
    """Make one object of the parts, and look at its real size. Twice is once.

    The object has the key that the track will play from: no address to write to it is left, because S3 knows an upload
    in parts no more once it is completed. Raises UploadWrongProtocol, UploadOver, PartsWrong, UploadSizeWrong.
    """
    ensure_protocol(upload, Protocol.S3)
    ensure_not_over(upload)
    if upload.state != UploadState.OPEN:
        return upload
    try:
        bucket.complete_multipart(object_of(upload), multipart_id=upload.multipart_id, parts=parts)
    except BucketRefused as error:
        # It may have been completed before, and the answer was lost.
        if storage.size_of(object_of(upload)) is None:
            raise PartsWrong from error
    ensure_real_size(upload, at=at)
    mark_complete(upload, at=at)
    return upload


def ensure_real_size(upload: Upload, *, at: datetime) -> None:
    """Throw away an object that is larger or smaller than announced; raises UploadSizeWrong."""
    came = storage.size_of(object_of(upload))
    if came != upload.size:
        end_upload(upload, state=UploadState.REFUSED, reason=f"{came} bytes came", at=at)
        raise UploadSizeWrong(size=upload.size, came=came)
