"""Requests of tus that do not end as they should: cut, silent, two at once, killed, no room. Their bytes stay."""

import os
import threading
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from config.lib.testing import race
from config.server import bodies
from config.tests.server.tus.client import heard
from config.tests.server.tus.conftest import arrived, eventually
from tracks.models import Upload
from tracks.uploads import part, services
from tracks.uploads.choices import UploadState
from tracks.uploads.services.arriving import settle_upload

pytestmark = pytest.mark.django_db(transaction=True)

MB = 1024**2


def test_a_checked_piece_that_is_cut_does_not_count(client):
    path = client.create(10)
    client.begin(path, offset=0, length=10, content=b"01234", upload_checksum="sha1 AAAA").close()
    assert client.offset(path) == 0
    assert arrived(path) == b""


def test_a_connection_that_is_cut_has_brought_what_it_has_brought(client):
    content = os.urandom(5 * MB)
    path = client.create(len(content))
    key = Upload.objects.get().key
    for cut in range(1, 5):
        offset = client.offset(path)
        connection = client.begin(path, offset=offset, length=len(content) - offset, content=content[offset : cut * MB])
        eventually(lambda cut=cut: part.path_of(key).stat().st_size == cut * MB)
        connection.close()
        assert client.offset(path) == cut * MB
    assert client.append(path, content[4 * MB :], offset=4 * MB).offset == len(content)
    assert arrived(path) == content


def test_bytes_are_on_the_disk_before_the_next_ones_come(client):
    path = client.create(2 * MB)
    key = Upload.objects.get().key
    with client.begin(path, offset=0, length=2 * MB, content=b"x" * MB) as connection:
        eventually(lambda: part.path_of(key).stat().st_size == MB)
        connection.sendall(b"y" * MB)
        assert b" 204 " in connection.recv(65_536)


def test_every_byte_moves_the_end_and_looking_does_not(client):
    path = client.create(10)
    upload = Upload.objects.get()
    long_ago = time.time() - timedelta(hours=20).total_seconds()
    os.utime(part.path_of(upload.key), (long_ago, long_ago))
    client.offset(path)
    assert Upload.objects.get().expires_at < timezone.now() + timedelta(hours=5)
    with client.begin(path, offset=0, length=10, content=b"0"):
        eventually(lambda: part.path_of(upload.key).stat().st_size == 1)
    eventually(lambda: Upload.objects.get().expires_at > timezone.now() + timedelta(hours=23))


@pytest.mark.parametrize("verb", ["PATCH", "HEAD"])
def test_whoever_comes_later_takes_over_and_nothing_is_lost(client, verb):
    path = client.create(10)
    key = Upload.objects.get().key
    with client.begin(path, offset=0, length=10, content=b"0123") as first:
        eventually(lambda: part.path_of(key).stat().st_size == 4)
        if verb == "PATCH":
            assert client.append(path, b"456789", offset=4).offset == 10
        else:
            assert client.offset(path) == 4
        first.shutdown(1)
        told = heard(first)
    told.problem(status=400, code="upload_taken_over")
    assert told.headers["connection"] == "close"
    if verb == "HEAD":
        assert client.append(path, b"456789", offset=4).offset == 10
    assert arrived(path) == b"0123456789"


def test_a_writer_that_does_not_let_go_keeps_the_upload(client, monkeypatch):
    """One in another process whose loop hangs."""
    monkeypatch.setattr(part, "PATIENCE_S", 0.2)
    path = client.create(10)
    with part.held(Upload.objects.get().key):
        client.append(path, b"0123", offset=0).problem(status=423, code="upload_locked")
        assert client.ask("HEAD", path).status == 423
    assert client.append(path, b"0123", offset=0).offset == 4


def test_eight_who_write_the_same_piece_write_it_once(client):
    content = os.urandom(2 * MB)
    path = client.create(len(content))
    answers = []
    crowd = [
        threading.Thread(target=lambda: answers.append(client.append(path, content, offset=0).status)) for _ in range(8)
    ]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(timeout=120)
    offset = client.offset(path)
    if offset < len(content):
        assert client.append(path, content[offset:], offset=offset).offset == len(content)
    assert set(answers) <= {204, 400, 409}
    assert arrived(path) == content


def test_a_silent_client_is_not_waited_for(client, monkeypatch):
    monkeypatch.setattr(bodies, "IDLE_S", 0.3)
    path = client.create(10)
    with client.begin(path, offset=0, length=10, content=b"0123"):
        upload = Upload.objects.get()
        eventually(lambda: part.path_of(upload.key).stat().st_size == 4)
        eventually(lambda: is_free(upload.key))
    assert client.offset(path) == 4


def is_free(key: str) -> bool:
    held = part.try_hold(key)
    if held is None:
        return False
    held.let_go()
    return True


def test_a_file_that_a_killed_process_had_whole_is_complete_for_whoever_asks(client):
    path = client.create(4)
    with part.held(Upload.objects.get().key) as held:
        held.append(b"0123")
    assert client.offset(path) == 4
    assert Upload.objects.get().state == UploadState.COMPLETE


@pytest.mark.parametrize("verb", ["PATCH", "HEAD"])
def test_an_upload_that_was_completed_between_looking_and_holding_is_complete(client, monkeypatch, verb):
    path = client.create(4)
    upload = Upload.objects.get()
    with part.held(upload.key) as held:
        held.append(b"0123")
    real = part.take_over

    def completed_first(key):
        monkeypatch.setattr(part, "take_over", real)
        race(lambda: settle_upload(upload=upload, at=timezone.now()))
        return real(key)

    monkeypatch.setattr(part, "take_over", completed_first)
    if verb == "PATCH":
        client.append(path, b"x", offset=0).problem(status=409, code="upload_complete")
    else:
        assert client.offset(path) == 4


def test_a_full_disk_is_told_and_what_fitted_is_kept(client, monkeypatch, settings):
    path = client.create(10)
    real = part.HeldPart.append

    def narrow(held, data):
        real(held, data[: 4 - held.length()])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(part.HeldPart, "append", narrow)
        client.append(path, b"0123456789", offset=0).problem(status=507, code="storage_full")
    assert client.offset(path) == 4
    settings.KEEP_FREE_BYTES = 2**62
    client.append(path, b"456789", offset=4).problem(status=507, code="storage_full")
    client.ask("POST", upload_length=4).problem(status=507, code="storage_full")


def test_a_database_that_is_away_is_503_and_the_bytes_stay(client, monkeypatch):
    path = client.create(10)

    def away(**_):
        raise OperationalError("the server went away")

    with monkeypatch.context() as patched:
        patched.setattr(services, "take_stock", away)
        told = client.append(path, b"0123", offset=0)
    told.problem(status=503, code="unavailable")
    assert told.headers["retry-after"] == "5"
    assert client.offset(path) == 4


def test_trouble_that_nobody_foresaw_is_a_problem_too(client, monkeypatch, caplog):
    path = client.create(10)

    def broken(**_):
        raise ZeroDivisionError

    monkeypatch.setattr(services, "take_stock", broken)
    client.append(path, b"0123", offset=0).problem(status=500, code="server_error")
    assert "unforeseen" in caplog.text
