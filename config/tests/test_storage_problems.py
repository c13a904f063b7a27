"""What a storage that is full or away is answered with: clean problems that say when to come back."""

import errno
import gc
import resource
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile

from config import env
from config.lib import bucket, storage
from config.lib.bucket import BucketTrouble
from config.lib.bucket_storage import BucketStorage
from config.lib.testing import race
from config.tests.prove.faulty import ERRORS, FINE, faulty
from tracks.models import Track

pytestmark = pytest.mark.django_db

PATH = "/api/v1/tracks/"


@pytest.fixture(autouse=True)
def rooms(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT, settings.WORK_ROOT = tmp_path / "media", tmp_path / "work"
    return settings.MEDIA_ROOT


@pytest.fixture
def behind_proxy(in_bucket, settings):
    """The bucket, reached through a proxy that can be ill."""
    with faulty(int(in_bucket.endpoint.rsplit(":", 1)[1])) as proxy:
        settings.BUCKET = replace(in_bucket, endpoint=f"http://{proxy.address}")
        settings.STORAGES = settings.STORAGES | {"default": env.default_storage(settings.BUCKET)}
        yield proxy


def send(client, tone: Path):
    form = {"audio": SimpleUploadedFile("tone.wav", tone.read_bytes()), "title": "Dawn"}
    return client.post(PATH, form, format="multipart")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_507_and_says_when_to_come_back(owner, sign_in, tone, rooms, monkeypatch, code):
    def full(*_):
        raise OSError(code, "full")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    client = sign_in(owner)
    answer = send(client, tone)
    client.problem(answer, status=507, code="storage_full")
    assert answer["Retry-After"] == "60"
    assert not Track.objects.exists()
    monkeypatch.undo()
    assert send(client, tone).status_code == 201


def test_a_bucket_that_fails_is_503_at_once_and_well_again_when_it_is(owner, sign_in, tone, behind_proxy, monkeypatch):
    client = sign_in(owner)
    behind_proxy.mode = ERRORS
    for _ in range(3):
        answer = send(client, tone)
        client.problem(answer, status=503, code="storage_unavailable")
        assert answer["Retry-After"] == "5"
    assert bucket.breaker_of(bucket.where()).failure_count == 1, "the second and third were told without asking"
    assert not Track.objects.exists()
    behind_proxy.mode = FINE
    monkeypatch.setattr(bucket.breaker_of(bucket.where()), "_asks_again_at", 0)
    assert send(client, tone).status_code == 201


def test_whatever_is_asked_of_an_ill_bucket_is_the_same_trouble(behind_proxy, tmp_path, monkeypatch):
    monkeypatch.setattr(bucket, "PAUSE_S", 0)
    source = tmp_path / "source"
    source.write_bytes(b"x")
    behind_proxy.mode = ERRORS
    asks = (
        lambda: storage.store_file(key="sounds/a/original", path=source),
        lambda: storage.size_of("sounds/a/original"),
        lambda: storage.read("sounds/a/original"),
        lambda: storage.delete(key="sounds/a/original"),
        lambda: storage.delete_folder(prefix="sounds/a"),
        lambda: storage.copy_folder(source="sounds/a", target="sounds/b"),
        lambda: storage.bring(key="sounds/a/original", target=tmp_path / "target"),
        lambda: list(storage.walk("sounds")),
        storage.top_folders,
        lambda: list(bucket.list_multiparts(prefix="sounds/")),
    )
    for ask in asks:
        with pytest.raises(BucketTrouble):
            ask()
    assert bucket.breaker_of(bucket.where()).failure_count == len(asks)
    assert not (tmp_path / "target").exists()


def test_threads_share_the_client_and_nothing_that_stands_before_it(in_bucket):
    def seen() -> tuple[int, int]:
        return id(default_storage.connection), id(default_storage.connection.meta.client)

    assert isinstance(storages["default"], BucketStorage)
    own, client = seen()
    assert default_storage.connection.meta.client is bucket.inside()
    others = race(*[seen] * 4)
    assert {shared for _, shared in others} == {client}
    assert own not in {thing for thing, _ in others}


@pytest.mark.parametrize("room", [0, 20_000, 60_000])
def test_a_disk_that_is_full_before_the_form_is_whole_keeps_nothing_of_it(
    owner, sign_in, tone, settings, tmp_path, room
):
    """A real file size limit: the disk that says no in the middle of a write."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "spool"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    client, usual = sign_in(owner), resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    gc.disable()  # what it would remove some time is in the way until then
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, usual[1]))
        with suppress(OSError):
            send(client, tone)
        assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, ignored)
        gc.enable()
    assert send(client, tone).status_code == 201
