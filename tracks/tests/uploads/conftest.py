"""Uploads for tests, and their bytes as a client of tus would bring them."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import User
from tracks.models import Upload
from tracks.uploads import part, services
from tracks.uploads.choices import Protocol


@pytest.fixture
def announce():
    """A new upload of so many bytes, none of which has come."""

    def make(owner: User, *, size: int = 10, filename: str = "tone.wav", **said) -> Upload:
        offer = services.Offer(filename=filename, size=size, **said)
        return services.open_upload(owner=owner, offer=offer, protocol=Protocol.TUS, at=timezone.now())

    return make


@pytest.fixture
def arrived(announce, tone):
    """A complete upload: the tone."""

    def make(owner: User, content: bytes | None = None, **said) -> Upload:
        content = tone.read_bytes() if content is None else content
        upload = announce(owner, size=len(content), **said)
        bring(upload, content)
        return upload

    return make


def bring(upload: Upload, content: bytes) -> int:
    """Append bytes, and let the services know; the offset."""
    with part.held(upload.key) as held:
        held.append(content)
        return services.take_stock(upload=upload, part=held, at=timezone.now())


def age(upload: Upload, by: timedelta) -> None:
    """Let the last byte of an upload, and its row, be so much older."""
    Upload.objects.filter(pk=upload.pk).update(expires_at=upload.expires_at - by)
    path = part.path_of(upload.key)
    if path.exists():
        moment = path.stat().st_mtime - by.total_seconds()
        os.utime(path, (moment, moment))


def files() -> set[str]:
    """The names of the files in which bytes arrive."""
    folder: Path = part.folder()
    return {path.name for path in folder.iterdir()} if folder.exists() else set()
