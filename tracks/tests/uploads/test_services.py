"""The life of an upload: announced, arriving, complete, a track; or cancelled, expired, refused."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone

from config.lib import storage
from config.lib.storage import StorageFull
from config.lib.testing import emitted
from tracks import services as track_services
from tracks.events import SoundQueued
from tracks.models import Sound, Track, Upload
from tracks.services import AudioEmpty, AudioTooLarge
from tracks.tests.conftest import run, stored
from tracks.tests.uploads.conftest import age, bring, files
from tracks.uploads import part, services
from tracks.uploads.choices import UploadState
from tracks.uploads.services import arriving, opening, states

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1, minutes=1)


def now():
    return timezone.now()


def finish(upload: Upload, **details) -> Track:
    return services.finish_upload(upload=upload, details=details, at=now())


def test_an_upload_has_a_place_of_its_own_and_a_day(owner, announce):
    upload = announce(owner, filename="../a\0b\u202e.wav", content_type="audio/wav", sha256="A" * 64)
    row = Upload.objects.get()
    assert (row.filename, row.content_type, row.sha256, row.state) == ("a b.wav", "audio/wav", "a" * 64, "open")
    assert files() == {upload.key}
    assert row.expires_at - row.created_at == timedelta(hours=24)


@pytest.mark.parametrize(("size", "error"), [(0, AudioEmpty), (61, AudioTooLarge)])
def test_a_file_that_would_not_be_taken_is_not_begun(owner, announce, settings, size, error):
    settings.UPLOAD_MAX_BYTES = 60
    with pytest.raises(error):
        announce(owner, size=size)
    assert files() == set()


def test_nobody_begins_what_would_fill_the_disk(owner, announce, settings):
    settings.KEEP_FREE_BYTES = 2**62
    with pytest.raises(StorageFull):
        announce(owner)
    assert files() == set()
    assert not Upload.objects.exists()


def test_a_person_has_so_many_uploads_that_are_no_track_yet(owner, stranger, announce, arrived, settings):
    settings.UPLOADS_WAITING_MOST = 2
    first, _ = announce(owner), arrived(owner)
    with pytest.raises(services.TooManyUploads) as refused:
        announce(owner)
    assert refused.value.facts == {"limit": 2}
    announce(stranger)
    services.cancel_upload(upload=first, at=now())
    announce(owner)
    assert Upload.objects.waiting().filter(owner=owner).count() == 2


def test_a_row_that_fails_takes_its_place_with_it(owner, announce, monkeypatch):
    def fail(upload):
        raise DatabaseError("the server went away")

    monkeypatch.setattr(opening, "add_upload", fail)
    with pytest.raises(DatabaseError):
        announce(owner)
    assert files() == set()


def test_a_row_whose_commit_was_not_heard_of_keeps_its_place(owner, announce, monkeypatch):
    add = opening.add_upload

    def lost(upload):
        add(upload)
        raise DatabaseError("the connection was lost after the commit")

    monkeypatch.setattr(opening, "add_upload", lost)
    with pytest.raises(DatabaseError):
        announce(owner)
    assert files() == {Upload.objects.get().key}


def test_the_last_byte_makes_an_object_of_the_file_without_copying_it(owner, announce):
    upload = announce(owner, size=10)
    assert bring(upload, b"01234") == 5
    inode = part.path_of(upload.key).stat().st_ino
    assert stored() == {f"uploads/{upload.key}"}
    assert bring(upload, b"56789") == 10
    key = states.object_of(upload)
    assert stored("sounds") == {key}
    assert files() == set()
    path = Path(default_storage.path(key))
    assert (path.read_bytes(), path.stat().st_ino) == (b"0123456789", inode)
    assert Upload.objects.get().state == UploadState.COMPLETE


def test_every_byte_gives_an_open_upload_another_day(owner, announce):
    upload = announce(owner)
    age(upload, timedelta(hours=20))
    bring(upload, b"x")
    assert Upload.objects.get().expires_at > now() + timedelta(hours=23)


@pytest.mark.parametrize("step", ["move", "row"])
def test_a_kill_between_the_file_and_its_row_is_noticed_by_whoever_asks_next(owner, arrived, tone, monkeypatch, step):
    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patched:
        if step == "move":
            patched.setattr(storage, "move_in", die)
        else:
            patched.setattr(arriving, "mark_complete", die)
        with pytest.raises(Killed):
            arrived(owner)
    upload = Upload.objects.get()
    assert upload.state == UploadState.OPEN
    assert arriving.settle_upload(upload=upload, at=now()) == tone.stat().st_size
    assert Upload.objects.get().state == UploadState.COMPLETE
    assert stored() == {states.object_of(upload)}


def test_an_object_that_was_copied_whole_before_the_kill_is_not_copied_again(owner, announce):
    """From another disk a file is copied, and not renamed."""
    upload = announce(owner, size=10)
    part.path_of(upload.key).write_bytes(b"0123456789")
    default_storage.save(states.object_of(upload), ContentFile(b"abcdefghij"))
    assert arriving.settle_upload(upload=upload, at=now()) == 10
    assert storage.read(states.object_of(upload)) == b"abcdefghij"
    assert files() == set()


def test_an_object_that_an_earlier_try_copied_in_part_is_made_anew(owner, announce):
    upload = announce(owner, size=10)
    part.path_of(upload.key).write_bytes(b"0123456789")
    default_storage.save(states.object_of(upload), ContentFile(b"012"))
    assert arriving.settle_upload(upload=upload, at=now()) == 10
    assert default_storage.size(states.object_of(upload)) == 10


def test_an_upload_whose_file_is_lost_is_over(owner, announce):
    upload = announce(owner)
    part.remove_part(upload.key)
    with pytest.raises(services.UploadOver):
        arriving.settle_upload(upload=upload, at=now())
    assert Upload.objects.get().state == UploadState.EXPIRED


def test_a_complete_upload_becomes_the_track_that_the_form_would_have_made(owner, arrived, tone):
    upload = arrived(owner, filename="Night bus.wav")
    with emitted() as events:
        track = finish(upload, genre="Ambient")
    sound = track.sounds.get()
    assert (track.title, track.genre, track.owner_id) == ("Night bus", "Ambient", owner.pk)
    assert (sound.original_name, sound.original_bytes) == ("Night bus.wav", tone.stat().st_size)
    assert events == [SoundQueued(sound_id=sound.pk, track_id=track.pk, owner_id=owner.pk)]
    assert stored() == {sound.original_key}
    row = Upload.objects.get()
    assert (row.state, row.sound) == (UploadState.USED, sound)
    assert run(sound)
    assert Track.objects.get().state == "ready"


def test_of_one_upload_one_track_is_made_and_whoever_asks_again_is_told_which(owner, arrived):
    upload = arrived(owner)
    track = finish(upload)
    for _ in range(2):
        with pytest.raises(services.UploadUsed) as refused:
            finish(upload)
        assert refused.value.facts == {"track_id": track.pk}
    assert Track.objects.count() == Sound.objects.count() == 1


def test_a_track_whose_address_is_taken_leaves_the_upload_for_another_try(owner, arrived):
    finish(arrived(owner), permalink="night")
    upload = arrived(owner)
    with pytest.raises(track_services.PermalinkTaken):
        finish(upload, permalink="night")
    assert finish(upload, permalink="day").permalink == "day"


def test_what_has_not_come_whole_is_no_track(owner, announce):
    upload = announce(owner, size=10)
    bring(upload, b"012")
    with pytest.raises(services.UploadIncomplete) as refused:
        finish(upload)
    assert refused.value.facts == {"size": 10}
    assert not Track.objects.exists()


@pytest.mark.parametrize(("sha256", "state"), [("right", "ready"), ("f" * 64, "failed")])
def test_the_announced_digest_of_the_file_is_compared(owner, arrived, made, sha256, state):
    digest = made.outcome.sha256 if sha256 == "right" else sha256
    sound = finish(arrived(owner, sha256=digest)).sounds.get()
    assert run(sound)
    sound.refresh_from_db()
    assert Track.objects.get().state == state
    assert sound.failure_code == ("" if state == "ready" else "checksum_mismatch")
