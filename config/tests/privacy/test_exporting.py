"""The archive of an account: whole, checked, and made by one worker however many are killed."""

import hashlib
import io
import json
from datetime import timedelta
from zipfile import ZIP_STORED, ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker

from accounts.leaving import services as leaving
from accounts.leaving.cards import export_card
from accounts.models import AccountExport
from config.composed import exporting
from config.composed.exporting import Meter, export_account
from config.lib import storage
from config.lib.jobs import JobState, LeaseLost
from config.tasks import export_account as task
from config.tasks import sweep_exports
from config.tests.privacy.world import all_objects, run_export
from tracks.models import Sound, Upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(person) -> AccountExport:
    return leaving.request_export(user=person, at=timezone.now())


@pytest.fixture
def opened():
    """The archive of an export."""
    return lambda export: ZipFile(io.BytesIO(storage.read(export.archive_key)))


def abandon(export: AccountExport) -> None:
    """As if whoever worked on it had been killed a minute ago."""
    AccountExport.objects.filter(pk=export.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=1))


def archives() -> list[str]:
    return [key for key in all_objects() if key.startswith("exports/")]


def test_every_document_is_as_the_schema_in_the_archive_says(person, opened):
    with opened(run_export(person)) as archive:
        schema = json.loads(archive.read("schema.json"))
        documents = {name.removesuffix(".json") for name in archive.namelist() if "/" in name and ".json" in name}
        assert documents == set(schema["$defs"])
        for name, described in schema["$defs"].items():
            Draft202012Validator.check_schema(described)
            document = json.loads(archive.read(f"{name}.json"))
            errors = Draft202012Validator(described, format_checker=FormatChecker()).iter_errors(document)
            assert [error.message for error in errors] == []


def test_everything_in_the_archive_has_its_checksum_and_the_row_that_of_the_whole(person, opened):
    export = run_export(person)
    content = storage.read(export.archive_key)
    assert (export.bytes, export.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    with opened(export) as archive:
        assert archive.testzip() is None
        lines = archive.read("SHA256SUMS").decode().splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
        for name, digest in sums.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_originals_pictures_and_complete_uploads_are_in_it_as_they_are(person, opened):
    sound, upload = Sound.objects.get(), Upload.objects.get(filename="complete.wav")
    cover = sound.track.artwork
    person.refresh_from_db()
    kept = {
        f"tracks/audio/{sound.track_id}-{sound.track.permalink}/{sound.pk}.wav": sound.original_key,
        f"tracks/artwork/{cover.pk}.webp": f"{cover.folder}/large.webp",
        "accounts/pictures/avatar.webp": f"{person.avatar.folder}/large.webp",
        "accounts/pictures/header.webp": f"{person.header.folder}/large.webp",
        f"tracks/uploads/{upload.pk}": Sound(key=upload.key).original_key,
    }
    with opened(run_export(person)) as archive:
        for name, key in kept.items():
            assert archive.read(name) == storage.read(key)
            assert archive.getinfo(name).compress_type == ZIP_STORED
        assert json.loads(archive.read("manifest.json"))["missing"] == []


def test_nothing_of_anybody_else_is_in_it(person, make_user, make_ready, opened):
    make_ready(make_user("neighbour"), title="Secretly mine", visibility="private")
    with opened(run_export(person)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"neighbour" not in text
    assert b"Secretly mine" not in text


def test_an_object_that_was_lost_keeps_nothing_else_back(person, opened):
    sound = Sound.objects.get()
    storage.delete(key=sound.original_key)
    with opened(run_export(person)) as archive:
        [missing] = json.loads(archive.read("manifest.json"))["missing"]
        assert missing.startswith("tracks/audio/")
        assert missing not in archive.namelist()
        assert archive.testzip() is None


def test_an_archive_is_made_once(waiting):
    assert task(export_id=waiting.pk)
    assert not task(export_id=waiting.pk)
    assert archives() == [AccountExport.objects.get().archive_key]
    assert not task(export_id=waiting.pk + 1)


def test_a_worker_that_is_killed_in_the_middle_costs_an_attempt_and_nothing_else(waiting, monkeypatch, rooms):
    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(exporting, "finish_export", die)
        with pytest.raises(Killed):
            task(export_id=waiting.pk)
    (rooms / f"export-{waiting.pk}-1killed").mkdir()
    abandon(waiting)

    assert sweep_exports() == 2  # handed back, and once its pause is over sent again
    AccountExport.objects.update(due_at=timezone.now())
    assert task(export_id=waiting.pk)

    export = AccountExport.objects.get()
    assert (export.state, export.attempt) == (JobState.DONE, 2)
    assert archives() == [export.archive_key]
    assert list(rooms.iterdir()) == []


def test_whoever_has_lost_the_lease_leaves_the_archive_of_the_other_alone(waiting, monkeypatch):
    real = exporting.write_archive

    def overtaken(**options):
        monkeypatch.setattr(exporting, "write_archive", real)
        real(**options | {"on_progress": lambda _: None})
        AccountExport.objects.update(state=JobState.QUEUED)
        assert task(export_id=waiting.pk)

    monkeypatch.setattr(exporting, "write_archive", overtaken)
    assert task(export_id=waiting.pk)
    export = AccountExport.objects.get()
    assert (export.state, export.attempt) == (JobState.DONE, 2)
    assert archives() == [export.archive_key]


@pytest.mark.parametrize(
    ("trouble", "code"), [(DatabaseError("away"), "export_failed"), (storage.StorageFull(), "no_room")]
)
def test_trouble_is_tried_three_times_and_then_told(waiting, monkeypatch, trouble, code):
    def fail(*_, **__):
        raise trouble

    monkeypatch.setattr(storage, "ensure_room", fail)
    for state in (JobState.QUEUED, JobState.QUEUED, JobState.FAILED):
        assert export_account(export_id=waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.failure_code) == (state, code)
    card = export_card(waiting, at=timezone.now())
    assert (card["state"], card["error_code"], card["download_url"]) == ("failed", code, None)
    assert leaving.request_export(user=waiting.user, at=timezone.now()).pk != waiting.pk, "may be asked for again"


def test_progress_is_written_as_the_bytes_go_by_and_ends_with_the_lease(waiting):
    export = leaving.begin_export(export_id=waiting.pk, at=timezone.now())
    meter = Meter(total=10, show=lambda part: exporting.show_progress(export, part))
    for more in (5, 2):  # the second within a second
        meter.tick(more)
    assert AccountExport.objects.get().progress == 0.5
    AccountExport.objects.update(attempt=7)
    meter.next_at = 0
    with pytest.raises(LeaseLost):
        meter.tick(1)


def test_with_a_bucket_the_archive_is_made_of_it_and_stored_in_it(in_bucket, person, opened):
    export = run_export(person)
    with opened(export) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read("manifest.json"))["missing"] == []
    assert default_storage.exists(export.archive_key)
