"""The pipeline with real files and real ffmpeg: what it makes, what it refuses, and what it leaves when it is cut."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib import storage
from tracks import services
from tracks.audio.errors import AudioRetryable
from tracks.models import Sound, Track
from tracks.services import processing
from tracks.tests.conftest import STEPS, assert_tidy, claim, leave_behind, owned, run, states, stored

pytestmark = pytest.mark.django_db


def test_a_file_with_tags_and_a_cover_becomes_a_whole_track(waiting, rooms, api):
    assert run(waiting)
    track = Track.objects.get()
    assert (track.title, track.artist, track.permalink, track.state) == ("Tagged", "Tagger", "tagged", "ready")
    assert (str(track.bpm), track.isrc, str(track.release_date)) == ("98.00", "QZES12600001", "2026-01-31")
    assert track.artwork
    assert (track.sound.codec, track.sound.container, track.duration_ms) == ("flac", "flac", 1000)
    assert states(waiting) == ["done"] * 6
    assert_tidy(rooms)
    assert len(stored()) == 1 + 3 + 3
    assert api.get(f"/api/v1/tracks/{track.pk}/streams/").json()["access"] == "playable"


def test_what_follows_the_first_rendition_is_a_job_of_its_own_and_all_is_done_once(waiting, rooms, api):
    assert run(waiting)
    first = stored()
    assert run(waiting)
    assert len(stored() - first) == 3
    assert_tidy(rooms)
    sound = Sound.objects.get()
    assert (sound.state, sound.todo, sound.attempt, sound.tries, sound.heartbeat_at) == ("ready", "", 2, 0, None)
    kinds = {rendition.kind for rendition in sound.renditions.all()}
    assert kinds == {"aac_hls", "opus", "mp3", "preview"}
    before = stored()
    assert not run(waiting)
    assert stored() == before


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("noise.mp3", bytes(range(256)) * 40, "not_audio"),
        ("list.mp3", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist_refused"),
        ("page.wav", b"<html><script>alert(1)</script></html>", "not_audio"),
        ("cut.wav", b"RIFF\x00\x00\x00\x00WAVE", None),
    ],
)
def test_a_refusal_reaches_the_timeline_and_keeps_the_original_alone(
    owner, sign_in, upload_bytes, tmp_path, rooms, name, content, code
):
    (tmp_path / name).write_bytes(content)
    sound = upload_bytes(owner, tmp_path / name).sounds.get()
    assert run(sound)
    timeline = sign_in(owner).get(f"/api/v1/tracks/{sound.track_id}/processing/").json()
    assert timeline["state"] == "failed"
    assert timeline["error_code"] == (code or timeline["error_code"])
    assert timeline["error_message"].endswith(".")
    assert timeline["stages"][0]["state"] == "failed"
    assert timeline["stages"][0]["error_code"] == timeline["error_code"]
    assert {line["state"] for line in timeline["stages"][1:]} == {"waiting"}
    assert stored() == {sound.original_key} == owned()
    assert_tidy(rooms)


def test_a_sound_that_is_too_long_is_refused(waiting, settings, rooms):
    settings.TRACK_MAX_DURATION_MS = 500
    assert run(waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure_code) == ("failed", "too_long")
    assert_tidy(rooms)


# --- trouble that is not the file's fault --------------------------------------------------------


def fail_once(monkeypatch, step: str, error: BaseException, *, after: bool) -> None:
    """Let a step raise, before or after its work, the first time it is taken."""
    real = getattr(processing, step)

    def trouble(*arguments, **options):
        monkeypatch.setattr(processing, step, real)
        if after:
            real(*arguments, **options)
        raise error

    monkeypatch.setattr(processing, step, trouble)


@pytest.mark.parametrize("error", [OSError("the disk is full"), AudioRetryable("no ffmpeg")], ids=["disk", "machine"])
@pytest.mark.parametrize("step", STEPS[:-1])
def test_trouble_at_any_step_hands_the_sound_back_and_the_next_attempt_ends_well(
    waiting, rooms, monkeypatch, step, error
):
    fail_once(monkeypatch, step, error, after=True)
    assert run(waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempt, states(waiting)) == ("queued", 1, ["waiting"] * 6)
    assert timedelta(seconds=25) < waiting.due_at - timezone.now() < timedelta(seconds=31)
    assert stored() == {waiting.original_key}
    assert_tidy(rooms)
    assert run(waiting)
    assert Track.objects.get().state == "ready"
    assert_tidy(rooms)


def test_trouble_after_all_is_recorded_removes_nothing(waiting, rooms, monkeypatch):
    fail_once(monkeypatch, "record_outcome", OSError("the folder could not be removed"), after=True)
    assert run(waiting)
    assert Track.objects.get().state == "ready"
    assert_tidy(rooms)
    assert len(stored()) == 7


@pytest.mark.parametrize("nth", range(1, 7))
def test_a_storage_that_fails_at_any_object_leaves_none_but_the_original(waiting, rooms, monkeypatch, nth):
    store, calls = storage.store, []

    def fail(*, key, content):
        calls.append(key)
        if len(calls) == nth:
            raise OSError("the storage is away")
        store(key=key, content=content)

    monkeypatch.setattr(storage, "store", fail)
    assert run(waiting)
    assert Sound.objects.get().state == "queued"
    assert stored() == {waiting.original_key}
    assert_tidy(rooms)
    assert run(waiting)
    assert Track.objects.get().state == "ready"
    assert_tidy(rooms)


def test_three_times_trouble_is_a_failure_with_a_reason(waiting, rooms, monkeypatch):
    def trouble(*_, **__):
        raise OSError("the disk is full")

    monkeypatch.setattr(processing, "probe", trouble)
    assert [run(waiting) for _ in range(4)] == [True, True, True, False]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure_code) == ("failed", "processing_failed")
    assert states(waiting) == ["failed", *["waiting"] * 5]
    assert_tidy(rooms)


def test_an_original_that_is_gone_is_trouble_and_no_refusal(waiting):
    storage.delete(key=waiting.original_key)
    assert run(waiting)
    assert Sound.objects.get().state == "queued"


@pytest.mark.parametrize("step", STEPS)
def test_what_nobody_foresaw_is_raised_and_the_sweep_hands_the_sound_back(waiting, rooms, monkeypatch, step):
    fail_once(monkeypatch, step, ZeroDivisionError("a bug"), after=step != "record_outcome")
    with pytest.raises(ZeroDivisionError):
        run(waiting)
    assert Sound.objects.get().state == "processing"
    assert services.sweep_sounds(at=timezone.now() + timedelta(seconds=31)) == 2
    assert stored() == {waiting.original_key}
    assert run(waiting)
    assert Track.objects.get().state == "ready"
    assert_tidy(rooms)


def test_what_a_killed_worker_left_goes_before_the_next_attempt_begins(waiting, rooms, made):
    sound = claim(waiting.track)
    leave_behind(sound, rooms=rooms, made=made)
    Sound.objects.update(state="queued")
    assert run(waiting)
    assert_tidy(rooms)
