"""The middleware behind a real uvicorn, and somebody who speaks tus to it."""

import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connections
from django.utils import timezone
from starlette.responses import PlainTextResponse

from accounts.models import User
from accounts.services import Device
from accounts.services.sessions import open_session
from config.server.tus import TusUploads
from config.tests.server.tus.client import TusClient
from tracks.models import Upload
from tracks.uploads import part
from tracks.uploads.services.states import object_of


def access(user: User) -> str:
    return open_session(user=user, device=Device(user_agent="", address=""), at=timezone.now()).access


def bearer(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {access(user)}"}


@pytest.fixture
def port(serve, settings, tmp_path):
    """The middleware before an application that says nothing but `django`."""
    settings.MEDIA_ROOT = tmp_path / "media"
    app = TusUploads(PlainTextResponse("django"), threads=1)
    yield serve(app)
    app.threads.submit(connections.close_all).result()
    app.threads.shutdown()


@pytest.fixture
def client(port, owner) -> TusClient:
    return TusClient(port, bearer(owner))


def arrived(path: str) -> bytes:
    """What lies on the disk of an upload."""
    upload = Upload.objects.get(pk=path.strip("/").split("/")[-1])
    arriving, stored = part.path_of(upload.key), Path(default_storage.path(object_of(upload)))
    return (arriving if arriving.exists() else stored).read_bytes()


def eventually(done) -> None:
    patience = time.monotonic() + 60
    while not done():
        assert time.monotonic() < patience
        time.sleep(0.01)
