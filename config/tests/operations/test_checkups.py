"""Each look of the doctor's finds its trouble, and says that what is well is well."""

import socket
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.env import cache
from config.lib.doctor import Finding, deliveries, safety, services
from config.lib.events import emit
from config.lib.events.partitions import keep_partitions
from config.lib.sandbox import reach
from config.lib.sandbox.reach import Protections
from config.models import EventDelivery
from config.tests.embedded.watching import eventually
from config.tests.lib.events import lamps
from tracks import doctor as track_doctor
from tracks.choices import State
from tracks.services import claim_sound
from tracks.services.queue import CRASHED, fail_sound

HOUR = timedelta(hours=1)
MAIL = "django.core.mail.backends"


def wrong(look) -> list[Finding]:
    return [finding for finding in look() if finding.is_wrong]


# --- what every process needs ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "look",
    [
        services.database,
        services.migrations,
        services.redis,
        services.broker,
        services.stored_objects,
        services.mail,
        deliveries.partitions,
        deliveries.relay,
        deliveries.parked,
        track_doctor.sounds,
        track_doctor.ffmpeg,
    ],
)
def test_what_is_well_says_so_in_a_sentence(look):
    keep_partitions(at=timezone.now())
    findings = list(look())
    assert findings
    assert [finding for finding in findings if finding.is_wrong] == []


@pytest.mark.django_db
def test_a_schema_that_lags_behind_is_found():
    newest = max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "tracks")
    MigrationRecorder(connection).record_unapplied("tracks", newest)
    assert wrong(services.migrations) == [
        Finding(f"1 migrations are not applied, the first is tracks.{newest}", "manage.py migrate")
    ]


def test_a_redis_that_is_away_is_found(settings):
    settings.CACHES = {"default": cache("redis://127.0.0.1:1/1")}
    [finding] = wrong(services.redis)
    assert finding.sentence.startswith("Redis does not answer (ConnectionError")


def test_workers_are_missed_while_none_runs():
    [finding] = wrong(services.workers)
    assert finding.sentence.startswith("no worker answers")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_runs_is_found_by_its_name(worker):
    assert eventually(lambda: wrong(services.workers) == [], seconds=60)
    [finding] = services.workers()
    assert finding.sentence.endswith(" answers")


def test_a_storage_that_takes_nothing_is_found(settings, tmp_path):
    (tmp_path / "media").write_text("no folder")
    settings.MEDIA_ROOT = str(tmp_path / "media")
    assert any("the storage takes nothing" in finding.sentence for finding in wrong(services.stored_objects))


def test_looking_at_the_storage_leaves_nothing_in_it():
    before = default_storage.listdir("")
    assert wrong(services.stored_objects) == []
    assert default_storage.listdir("") == before


def test_too_little_room_and_a_folder_that_is_gone_are_found(settings, monkeypatch):
    settings.WORK_ROOT = "/nowhere/at/all"
    assert wrong(services.room)[0].remedy == "mkdir -p /nowhere/at/all"
    settings.WORK_ROOT = settings.MEDIA_ROOT
    monkeypatch.setattr(services, "LEAST_FREE_BYTES", 2**62)
    assert [finding.remedy for finding in wrong(services.room)] == [f"make room: du -xsh {settings.MEDIA_ROOT}/*"]


def test_a_mail_server_that_is_away_is_found_and_nothing_is_sent(settings, mailoutbox):
    assert wrong(services.mail) == []
    assert mailoutbox == []
    settings.EMAIL_BACKEND = f"{MAIL}.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert wrong(services.mail)[0].sentence.startswith("no mail can be sent (ConnectionRefusedError")


def test_a_mail_server_that_lets_us_in_is_asked_and_left(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        heard: list[bytes] = []
        thread = threading.Thread(target=speak_smtp, args=(server, heard), daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = f"{MAIL}.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        assert wrong(services.mail) == []
        thread.join(60)
    assert heard == [b"quit\r\n"]


def speak_smtp(server: socket.socket, heard: list[bytes]) -> None:
    link, _ = server.accept()
    with link, link.makefile("rwb") as stream:
        stream.write(b"220 hello\r\n")
        stream.flush()
        heard.append(stream.readline())
        stream.write(b"221 bye\r\n")


# --- what follows from events ----------------------------------------------------------------------------------------


@pytest.fixture
def lamp_house(settings, db):
    settings.EVENT_ROUTES = lamps.ROUTES_PATH
    emit(lamps.LampBroken(lamp_id=1))
    return EventDelivery.objects.get()


@pytest.mark.django_db
def test_days_that_nobody_made_are_found():
    [finding] = wrong(deliveries.partitions)
    assert f"config_domainevent_{timezone.now():%Y%m%d}" in finding.sentence
    assert finding.remedy == "manage.py events keep"


def test_a_relay_that_does_not_carry_is_found(lamp_house):
    EventDelivery.objects.update(due_at=timezone.now() - HOUR)
    [finding] = wrong(deliveries.relay)
    assert finding.sentence.startswith("1 deliveries are due and not sent")
    assert "manage.py relay" in finding.remedy


def test_workers_that_begin_nothing_of_what_is_sent_are_found(lamp_house):
    now = timezone.now()
    EventDelivery.objects.update(due_at=now + HOUR, created_at=now - HOUR)
    [finding] = wrong(deliveries.relay)
    assert finding.sentence.startswith("1 deliveries were sent")
    EventDelivery.objects.update(attempts=1)
    assert wrong(deliveries.relay) == []


def test_parked_deliveries_are_found_with_what_to_type(lamp_house):
    EventDelivery.objects.update(parked_at=timezone.now(), last_error="OSError: no fuse fits")
    assert wrong(deliveries.parked) == [
        Finding(
            "1 deliveries of lamps.burn are parked, the first with OSError: no fuse fits",
            f"manage.py events show, then manage.py events retry {lamp_house.pk}",
        )
    ]


# --- sounds ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_sounds_that_wait_or_were_left_are_found(upload, owner):
    now = timezone.now()
    waiting, left = (upload(owner).sounds.get() for _ in range(2))
    assert wrong(track_doctor.sounds) == []
    type(waiting).objects.filter(pk=waiting.pk).update(created_at=now - 2 * HOUR)
    claim_sound(sound_id=left.pk, at=now - HOUR)
    assert [finding.sentence for finding in wrong(track_doctor.sounds)] == [
        f"sounds {left.pk} lost their worker, and nobody hands them back: is beat running?",
        f"sounds {waiting.pk} have waited for more than an hour",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "ours"), [(CRASHED[0], True), ("no_audio", False)])
def test_failures_of_ours_are_found_and_files_that_are_no_good_are_not(upload, owner, code, ours):
    sound = upload(owner).sounds.get()
    sound = claim_sound(sound_id=sound.pk, at=timezone.now())
    sound.stages.filter(position=0).update(state="running")
    fail_sound(sound=sound, code=code, reason="", at=timezone.now())
    assert sound.track.sounds.get().state == State.FAILED
    assert bool(wrong(track_doctor.sounds)) is ours


def test_a_few_sounds_are_named_and_more_are_said_to_be_more():
    assert track_doctor.count_of([1, 2]) == "sounds 1, 2"
    assert track_doctor.count_of([1, 2, 3, 4, 5, 6]) == "sounds 1, 2, 3, 4, 5 and more"


def test_an_ffmpeg_that_is_not_there_or_does_not_run_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("FFMPEG_BINARY", "no-such-ffmpeg")
    assert "no-such-ffmpeg" in wrong(track_doctor.ffmpeg)[0].sentence
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("FFMPEG_BINARY", str(program))
    assert wrong(track_doctor.ffmpeg)[0].sentence.startswith("ffmpeg does not run")


@pytest.mark.parametrize(
    ("means", "troubles"),
    [
        (Protections(landlock=0, seccomp=True), ["every file"]),
        (Protections(landlock=1, seccomp=False), ["the network"]),
        (Protections(landlock=0, seccomp=False), ["every file", "the network"]),
        (Protections(landlock=1, seccomp=True), []),
    ],
)
def test_what_a_machine_cannot_keep_from_a_taken_over_program_is_found(monkeypatch, means, troubles):
    monkeypatch.setattr(reach, "protections", lambda: means)
    found = wrong(track_doctor.sandbox)
    assert len(found) == len(troubles)
    for finding, trouble in zip(found, troubles, strict=True):
        assert trouble in finding.sentence
        assert "Linux" in finding.remedy


def test_an_ffmpeg_that_needs_more_than_its_sandbox_has_is_found(monkeypatch, tmp_path):
    library, program = tmp_path / "library" / "version", tmp_path / "bin" / "ffmpeg"
    library.parent.mkdir()
    library.write_text("ffmpeg version 5.1")
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec cat {library}\n")
    program.chmod(0o755)
    monkeypatch.setenv("FFMPEG_BINARY", str(program))
    assert wrong(track_doctor.ffmpeg) == []
    [finding] = wrong(track_doctor.confined_ffmpeg)
    assert "Permission denied" in finding.sentence
    monkeypatch.setenv("SANDBOX_LIBRARIES", str(library.parent))
    assert wrong(track_doctor.confined_ffmpeg) == []


# --- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"DEV_PAGES": True, "SITE_URL": "http://earshot.example"}, "earshot.example runs with the settings of dev"),
        ({"DEV_PAGES": False, "DEBUG": True, "SITE_URL": "https://earshot.example"}, "earshot.example runs with"),
        ({"DEV_PAGES": False, "TRUSTED_PROXY_COUNT": 0}, "no proxy is trusted"),
        ({"DEV_PAGES": False, "SECURE_HSTS_SECONDS": 0}, "security.W004"),
    ],
)
def test_unsafe_settings_are_found(settings, values, sentence):
    for name, value in values.items():
        setattr(settings, name, value)
    assert any(finding.sentence.startswith(sentence) for finding in wrong(safety.unsafe_settings))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_development_on_a_machine_of_ones_own_is_well(settings, url):
    settings.DEV_PAGES, settings.SITE_URL = True, url
    assert wrong(safety.unsafe_settings) == []
