"""Long sounds, full disks, machines that lack something, and work on what plays already."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib.testing import emitted
from tracks import services
from tracks.audio.errors import AudioRefused
from tracks.choices import Lane, Todo
from tracks.events import RenditionsQueued, SoundQueued
from tracks.models import ProcessingStage, Rendition, Sound, Track
from tracks.services import processing, queue
from tracks.tests.conftest import assert_tidy, claim, complete, last_step, run, states, steal, stored

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


def ready_again(sound: Sound) -> Sound:
    """A sound that plays and is to be made anew."""
    Sound.objects.filter(pk=sound.pk).update(todo=Todo.AGAIN, due_at=timezone.now())
    return Sound.objects.get(pk=sound.pk)


def queued(sound: Sound, *, lane: str) -> SoundQueued:
    return SoundQueued(sound_id=sound.pk, track_id=sound.track_id, owner_id=sound.track.owner_id, lane=lane)


# --- lanes ---------------------------------------------------------------------------------------


def test_a_long_sound_is_handed_to_the_long_lane_and_ends_well_there(waiting, rooms, monkeypatch):
    monkeypatch.setattr(processing, "LONG", timedelta(seconds=0.5))
    with emitted() as events:
        assert run(waiting)
    assert events == [queued(waiting, lane="long")]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.lane, waiting.attempt, waiting.tries) == ("queued", "long", 1, 0)
    assert states(waiting) == ["waiting"] * 6
    assert_tidy(rooms)
    with emitted() as events:
        assert run(waiting)
        assert run(waiting)
    assert RenditionsQueued(sound_id=waiting.pk, lane="long") in events
    waiting.refresh_from_db()
    assert (waiting.state, waiting.todo) == ("ready", "")
    assert_tidy(rooms)


def test_a_sound_that_tells_no_length_is_judged_by_its_bytes(waiting, made):
    unknown = {**vars(made.outcome.facts), "duration_ms": None}
    facts = type(made.outcome.facts)(**unknown)
    waiting.original_bytes = 20 * 60 * 16_000
    processing.require_lane(waiting, facts)
    waiting.original_bytes += 16_000
    with pytest.raises(processing.LongSound):
        processing.require_lane(waiting, facts)
    waiting.lane = Lane.LONG
    processing.require_lane(waiting, facts)


def test_the_place_in_the_queue_is_that_of_the_lane(owner, upload, sign_in):
    first, second = upload(owner), upload(owner)
    Sound.objects.filter(track=first).update(lane=Lane.LONG)
    assert sign_in(owner).get(f"/api/v1/tracks/{second.pk}/processing/").json()["queue_position"] == 1


def test_what_is_sent_again_goes_to_its_lane(owner, upload):
    sound = upload(owner).sounds.get()
    Sound.objects.update(lane=Lane.LONG)
    with emitted() as events:
        services.sweep_sounds(at=timezone.now() + timedelta(seconds=61))
    assert events == [queued(sound, lane="long")]


# --- room ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 2])
def test_without_room_the_sound_waits_says_so_and_uses_up_no_try(waiting, rooms, monkeypatch, sign_in, owner, times):
    real, looks = shutil.disk_usage, []

    def full_at_last(folder):
        looks.append(folder)
        return real(folder) if len(looks) < times else Usage(100, 100, 0)

    monkeypatch.setattr(processing.shutil, "disk_usage", full_at_last)
    for _ in range(4):
        looks.clear()
        assert run(waiting)
    timeline = sign_in(owner).get(f"/api/v1/tracks/{waiting.track_id}/processing/").json()
    assert (timeline["state"], timeline["error_code"]) == ("queued", "no_room")
    assert timeline["error_message"].endswith("nothing is lost.")
    assert_tidy(rooms)
    monkeypatch.undo()
    assert run(waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure_code, waiting.failure_reason) == ("ready", "", "")


def test_the_room_that_is_asked_for_is_what_will_be_written(waiting, made):
    minute = type(made.outcome.facts)(**{**vars(made.outcome.facts), "duration_ms": 60_000})
    assert processing.rendition_bytes(waiting, minute) == 60 * 60_000


def test_whoever_has_lost_the_lease_moves_nothing(owner, upload):
    first = claim(upload(owner))
    steal(first)
    assert not queue.change_lane(sound=first, at=timezone.now())
    assert not queue.wait_for_storage(sound=first, trouble=queue.NO_ROOM, at=timezone.now())
    assert (Sound.objects.get().state, Sound.objects.get().lane) == ("processing", "short")


# --- what follows the first rendition ------------------------------------------------------------


def test_a_track_plays_with_what_it_has_when_the_rest_cannot_be_made(waiting, rooms, monkeypatch, caplog):
    assert run(waiting)

    def refuse(*_, **__):
        raise AudioRefused(code="damaged", reason="No.")

    monkeypatch.setattr(processing, "transcode_further", refuse)
    assert run(waiting)
    sound = Sound.objects.get()
    assert (sound.state, sound.todo, sound.failure_code) == ("ready", "", "")
    assert [rendition.kind for rendition in sound.renditions.all()] == ["aac_hls"]
    assert "sound_left_incomplete" in caplog.text
    assert_tidy(rooms)


def test_the_rest_is_tried_three_times_and_then_left(waiting, rooms, monkeypatch):
    assert run(waiting)

    def trouble(*_, **__):
        raise OSError("the disk is broken")

    monkeypatch.setattr(processing, "transcode_further", trouble)
    assert [run(waiting) for _ in range(4)] == [True, True, True, False]
    assert (Sound.objects.get().state, Track.objects.get().state) == ("ready", "ready")
    assert_tidy(rooms)


def test_an_abandoned_rest_is_handed_back_and_the_track_stays_ready(waiting):
    assert run(waiting)
    claim(waiting.track)
    with emitted() as events:
        services.sweep_sounds(at=timezone.now() + timedelta(seconds=31))
    assert events == [RenditionsQueued(sound_id=waiting.pk)]
    assert (Sound.objects.get().state, Track.objects.get().state) == ("ready", "ready")
    assert states(waiting) == ["done"] * 6


def test_streams_name_only_what_is_there_so_far(waiting, api):
    assert run(waiting)
    answer = api.get(f"/api/v1/tracks/{waiting.track_id}/streams/").json()
    assert {name for name, value in answer.items() if value and name.endswith("_url")} == {"hls_url", "aac_url"}


# --- again ---------------------------------------------------------------------------------------


def test_made_again_it_plays_all_the_while_and_the_older_files_go(owner, make_ready, rooms, made):
    sound = ready_again(make_ready(owner).sound)
    renamed = {"title": "Mine"}
    services.update_track(track=sound.track, changes=renamed, at=timezone.now())
    with emitted() as events:
        assert run(sound)
        assert Track.objects.get().state == "ready"
        assert run(sound)
    assert events == [RenditionsQueued(sound_id=sound.pk)]
    sound.refresh_from_db()
    assert (sound.state, sound.todo, sound.attempt, Track.objects.get().title) == ("ready", "", 4, "Mine")
    assert {rendition.prefix[-1] for rendition in Rendition.objects.all()} == {"3", "4"}
    assert_tidy(rooms)
    assert len(stored()) == 7


def test_made_again_an_older_sound_does_not_become_what_plays(owner, make_ready, made):
    older = make_ready(owner).sound
    newer = Sound(key="c" * 32, original_name="n", original_bytes=1, created_at=timezone.now(), due_at=timezone.now())
    services.uploading.queue_sound(track=older.track, sound=newer)
    last_step(made, claim(older.track))()
    complete(claim(older.track), made=made)
    Track.objects.update(duration_ms=7)
    ready_again(older)
    sound = services.claim_sound(sound_id=older.pk, at=timezone.now())
    last_step(made, sound)()
    assert (Track.objects.get().sound, Track.objects.get().duration_ms) == (newer, 7)


def test_what_cannot_be_made_again_goes_on_playing(owner, make_ready, rooms, monkeypatch):
    sound = ready_again(make_ready(owner).sound)

    def refuse(*_, **__):
        raise AudioRefused(code="damaged", reason="No.")

    monkeypatch.setattr(processing, "probe", refuse)
    assert run(sound)
    sound.refresh_from_db()
    assert (sound.state, sound.todo, Track.objects.get().state) == ("ready", "", "ready")
    assert_tidy(rooms)


# --- machines that lack something ----------------------------------------------------------------


def test_without_chromaprint_the_stage_is_skipped_and_the_track_is_ready(waiting, monkeypatch):
    monkeypatch.setattr("tracks.audio.fingerprint.outputs", lambda **_: [])
    assert run(waiting)
    assert states(waiting) == ["done"] * 4 + ["skipped", "done"]
    assert Sound.objects.get().state == "ready"


def test_a_sound_of_before_gets_the_lines_that_its_timeline_lacks(waiting):
    ProcessingStage.objects.filter(name__in=["loudness", "fingerprint"]).delete()
    ProcessingStage.objects.filter(name="publish").update(position=3)
    assert run(waiting)
    names = ProcessingStage.objects.order_by("position").values_list("name", flat=True)
    assert list(names) == ["probe", "transcode", "waveform", "loudness", "fingerprint", "publish"]
    assert states(waiting) == ["done"] * 6


def test_the_card_says_how_loud_it_is(api, owner, make_ready):
    loudness = api.get(f"/api/v1/tracks/{make_ready(owner).pk}/").json()["loudness"]
    assert loudness == {"integrated_lufs": -9.7, "true_peak_dbtp": -6.0, "range_lu": 0.0, "replay_gain_db": -4.3}
