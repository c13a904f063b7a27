"""The upload as a service: what is stored has a row, whatever fails."""

from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files import File
from django.db import DatabaseError, transaction
from django.utils import timezone

from config.lib import storage
from config.lib.testing import emitted
from tracks import services
from tracks.models import Sound, Track
from tracks.services import uploading
from tracks.tests.conftest import owned, stored

pytestmark = pytest.mark.django_db


def send(owner, content: bytes = b"sound", *, name: str = "tone.wav", **details) -> Track:
    file = File(BytesIO(content), name=name)
    return services.upload_track(owner=owner, audio=file, details=details, at=timezone.now())


@pytest.mark.parametrize(
    ("name", "kept", "title"),
    [
        ("My Song.final.wav", "My Song.final.wav", "My Song.final"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("a\0b\u202ec.wav", "a bc.wav", "a bc"),
        (".wav", ".wav", ".wav"),
        ("", "", "Untitled"),
        ("x" * 400, "x" * 255, "x" * 200),
    ],
)
def test_the_name_of_the_file_is_kept_as_plain_text_and_is_the_title_for_now(owner, name, kept, title):
    track = send(owner, name=name)
    assert (track.sounds.get().original_name, track.title) == (kept, title)
    assert stored() == owned()


@pytest.mark.parametrize("step", ["save_with_free_permalink", "queue_sound"])
def test_rows_that_fail_take_the_object_with_them(owner, monkeypatch, step):
    def fail(*_, **__):
        raise DatabaseError("the server went away")

    monkeypatch.setattr(uploading, step, fail)
    with emitted() as events, pytest.raises(DatabaseError):
        send(owner)
    assert events == []
    assert stored() == set()
    assert not Track.objects.exists()


def test_an_object_that_is_half_stored_goes(owner, monkeypatch):
    store = storage.store

    def half(*, key, content):
        store(key=key, content=File(BytesIO(b"so")))
        raise OSError("the disk is full")

    monkeypatch.setattr(storage, "store", half)
    with pytest.raises(OSError, match="full"):
        send(owner)
    assert stored() == set()
    assert not Track.objects.exists()


def test_a_commit_whose_answer_was_lost_keeps_the_object_of_its_row(owner, monkeypatch):
    add = uploading.add_track

    def lost(**arguments):
        add(**arguments)
        raise DatabaseError("the connection was lost after the commit")

    monkeypatch.setattr(uploading, "add_track", lost)
    with pytest.raises(DatabaseError):
        send(owner)
    assert Sound.objects.exists()
    assert stored() == owned() != set()


def test_an_upload_that_is_rolled_back_queues_nothing(owner):
    class Undone(Exception):
        pass

    with emitted() as events, suppress(Undone), transaction.atomic():
        send(owner)
        raise Undone
    assert events == []
    assert not Track.objects.exists()
