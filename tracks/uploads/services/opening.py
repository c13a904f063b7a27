"""Somebody announces a file, and gets a place to send it to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from config.lib import bucket, storage
from config.lib.errors import DomainError
from config.lib.secrets import random_key
from tracks.audio.tags import clean_text
from tracks.models import Upload
from tracks.services.quota import reserve
from tracks.services.uploading import ensure_size
from tracks.texts import name_as_sent
from tracks.uploads.choices import Protocol
from tracks.uploads.part import create_part
from tracks.uploads.services.states import object_of, remove_bytes


class TooManyUploads(DomainError):
    code = "too_many_uploads"
    title = "You have {limit} uploads that are no tracks yet; finish or cancel one first."


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What somebody wants to send: its size in bytes, the SHA-256 of the whole in hex or "" if it is not known.

    `metadata` is the header Upload-Metadata, which tus gives back to whoever asks.
    """

    filename: str
    size: int
    content_type: str = ""
    sha256: str = ""
    metadata: str = ""


def open_upload(*, owner: User, offer: Offer, protocol: Protocol, at: datetime) -> Upload:
    """Make room for a file. Raises AudioEmpty, AudioTooLarge, OverQuota, TooManyUploads, StorageFull, BucketTrouble."""
    ensure_size(offer.size)
    upload = Upload(
        owner=owner,
        key=random_key(),
        protocol=protocol,
        filename=name_as_sent(offer.filename),
        size=offer.size,
        content_type=clean_text(offer.content_type, characters=100),
        sha256=offer.sha256.lower(),
        metadata=offer.metadata,
        created_at=at,
        expires_at=at + settings.UPLOAD_LIFETIME,
    )
    with place_for(upload):
        add_upload(upload)
    return upload


@contextmanager
def place_for(upload: Upload) -> Iterator[None]:
    """Where the bytes will go, for a block that saves the row: without the row it goes again."""
    if upload.protocol == Protocol.S3:
        upload.multipart_id = bucket.start_multipart(object_of(upload))
    else:
        storage.ensure_room(upload.size)
        create_part(upload.key)
    try:
        yield
    finally:
        # The database says whether there is a row, not the exception: a commit may succeed and its answer be lost.
        if not Upload.objects.filter(key=upload.key).exists():
            remove_bytes(upload)


@transaction.atomic
def add_upload(upload: Upload) -> None:
    """Save the row, if its owner may have one more. Whoever comes at the same moment waits for the owner's row."""
    User.objects.get_queryset().select_for_update(no_key=True).get(pk=upload.owner_id)
    if Upload.objects.filter(owner_id=upload.owner_id).waiting().count() >= settings.UPLOADS_WAITING_MOST:
        raise TooManyUploads(limit=settings.UPLOADS_WAITING_MOST)
    reserve(owner=upload.owner, key=upload.key, size=upload.size, at=upload.created_at)
    upload.save(force_insert=True)
