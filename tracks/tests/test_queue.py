"""The row is the queue: claimed once, beaten, handed back three times at most, never lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib.advisory import session_lock
from config.lib.testing import emitted, race
from tracks import services, tasks
from tracks.events import SoundQueued, TrackFailed
from tracks.models import ProcessingStage, Sound, Track
from tracks.services import queue
from tracks.tests.conftest import assert_tidy, claim, leave_behind, owned, stored
from tracks.uploads import services as upload_services

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=30)


@pytest.fixture
def sound(owner, upload) -> Sound:
    return upload(owner).sounds.get()


def queued_again(sound: Sound) -> SoundQueued:
    return SoundQueued(sound_id=sound.pk, track_id=sound.track_id, owner_id=sound.track.owner_id)


def sweep(later: timedelta) -> tuple[int, list]:
    with emitted() as events:
        touched = services.sweep_sounds(at=timezone.now() + later)
    return touched, events


def test_a_sound_is_claimed_once(sound):
    at = timezone.now()
    claimed = services.claim_sound(sound_id=sound.pk, at=at)
    assert (claimed.state, claimed.attempt, claimed.heartbeat_at) == ("processing", 1, at)
    assert services.claim_sound(sound_id=sound.pk, at=at) is None
    assert services.claim_sound(sound_id=sound.pk + 1, at=at) is None
    assert Track.objects.get().state == "processing"


def test_a_sound_that_is_worked_on_is_left_alone(sound):
    claimed = claim(sound.track)
    assert sweep(LEASE - timedelta(seconds=1)) == (0, [])
    assert queue.beat(sound=claimed, at=timezone.now() + LEASE)
    assert sweep(LEASE + timedelta(seconds=1)) == (0, [])


def test_an_abandoned_sound_is_queued_again_at_once_and_then_claimed(sound, rooms, made):
    leave_behind(claim(sound.track), rooms=rooms, made=made)
    mark = ProcessingStage.objects.filter(sound=sound, name="probe")
    mark.update(state="done", progress=1, started_at=timezone.now(), finished_at=timezone.now())
    assert sweep(LEASE + timedelta(seconds=1)) == (2, [queued_again(sound)])
    assert_tidy(rooms)
    assert Track.objects.get().state == "queued"
    assert set(sound.stages.values_list("state", "progress", "started_at", "finished_at")) == {
        ("waiting", 0, None, None)
    }
    assert claim(sound.track).attempt == 2


def test_after_three_attempts_it_fails_with_a_reason_and_stays_failed(sound, rooms, made):
    for attempt in (1, 2, 3):
        claimed = claim(sound.track)
        assert claimed.attempt == attempt
        leave_behind(claimed, rooms=rooms, made=made)
        ProcessingStage.objects.filter(sound=sound, name="transcode").update(state="running")
        _, events = sweep(LEASE + timedelta(seconds=1))
    assert events == [TrackFailed(track_id=sound.track_id, owner_id=sound.track.owner_id, code="processing_failed")]
    sound.refresh_from_db()
    assert (sound.state, sound.failure_code, Track.objects.get().state) == ("failed", "processing_failed", "failed")
    assert sound.failure_reason
    assert ProcessingStage.objects.get(sound=sound, name="transcode").state == "failed"
    assert sweep(timedelta(days=1)) == (0, [])
    assert services.claim_sound(sound_id=sound.pk, at=timezone.now()) is None
    assert_tidy(rooms)


def test_an_overlooked_sound_is_sent_again_once_a_minute(sound):
    assert sweep(timedelta(seconds=30)) == (0, [])
    assert sweep(timedelta(seconds=61)) == (1, [queued_again(sound)])
    assert sweep(timedelta(seconds=90)) == (0, [])
    assert sweep(timedelta(seconds=122)) == (1, [queued_again(sound)])


def test_a_long_queue_is_sent_in_turns(owner, upload, monkeypatch):
    monkeypatch.setattr(queue, "RESEND_MOST", 2)
    ids = [upload(owner).sounds.get().pk for _ in range(3)]
    sent = [[event.sound_id for event in sweep(timedelta(seconds=seconds))[1]] for seconds in (61, 62, 63)]
    assert sent == [ids[:2], ids[2:], []]


def test_a_sound_that_was_handed_back_waits_for_its_time(sound):
    at = timezone.now()
    assert queue.hand_back(sound=claim(sound.track), retry_at=at + timedelta(seconds=30), at=at)
    assert sweep(timedelta(seconds=29)) == (0, [])
    assert sweep(timedelta(seconds=31)) == (1, [queued_again(sound)])


def test_whoever_has_lost_the_lease_changes_nothing(sound):
    at = timezone.now()
    first = claim(sound.track)
    queue.hand_back(sound=first, retry_at=at, at=at)
    second = claim(sound.track)
    with emitted() as events:
        assert not queue.beat(sound=first, at=at)
        assert not queue.hand_back(sound=first, retry_at=at, at=at)
        assert not queue.fail_sound(sound=first, code="not_audio", reason="No.", at=at)
        with pytest.raises(services.LeaseLost):
            queue.lock_lease(first)
    assert events == []
    assert Sound.objects.get().attempt == second.attempt == 2
    assert queue.beat(sound=second, at=at)


def test_the_sweep_takes_nothing_from_a_worker_that_finishes_at_the_last_moment(sound, finish, monkeypatch):
    claimed = claim(sound.track)
    hand_back = queue.hand_back

    def overtaken(**arguments):
        finish(claimed)
        return hand_back(**arguments)

    monkeypatch.setattr(queue, "hand_back", overtaken)
    assert sweep(LEASE + timedelta(seconds=1))[0] == 0
    assert Track.objects.get().state == "ready"
    assert stored() == owned()
    assert len(stored()) == 4


def test_the_sweep_does_not_touch_the_folder_of_the_attempt_that_came_after(sound, rooms, made, monkeypatch):
    first = claim(sound.track)
    leave_behind(first, rooms=rooms, made=made)
    resend = queue.resend_due

    def claimed_at_once(**arguments):
        sent = resend(**arguments)
        leave_behind(claim(sound.track), rooms=rooms, made=made)
        return sent

    monkeypatch.setattr(queue, "resend_due", claimed_at_once)
    sweep(LEASE + timedelta(seconds=1))
    assert [folder.name for folder in rooms.iterdir()] == [f"sound-{sound.pk}-2-killed"]
    assert {key for key in stored() if "/aac" in key} == {f"{sound.folder}/2/aac.mp4"}


def test_one_storage_that_fails_does_not_keep_the_sweep_from_the_others(owner, upload, monkeypatch):
    tracks = [upload(owner) for _ in range(2)]
    for track in tracks:
        claim(track)

    def fail(*, prefix):
        raise OSError("the storage is away")

    monkeypatch.setattr("config.lib.storage.delete_folder", fail)
    with emitted() as events:
        services.sweep_sounds(at=timezone.now() + LEASE + timedelta(seconds=1))
    assert {event.sound_id for event in events} == {track.sounds.get().pk for track in tracks}


def test_a_newer_sound_that_fails_leaves_the_track_playing(owner, make_ready, upload):
    track = make_ready(owner)
    newer = Sound(
        key="c" * 32, original_name="new.wav", original_bytes=1, created_at=timezone.now(), due_at=timezone.now()
    )
    services.uploading.queue_sound(track=track, sound=newer)
    queue.fail_sound(sound=claim(track), code="not_audio", reason="No.", at=timezone.now())
    track.refresh_from_db()
    assert (track.state, track.sound_id) == ("ready", track.sounds.earliest("pk").pk)


def test_tasks_call_their_services(sound, tone):
    assert tasks.sweep_sounds() == 0
    assert tasks.process_sound(sound_id=sound.pk)
    assert tasks.process_sound(sound_id=sound.pk)
    assert not tasks.process_sound(sound_id=sound.pk)
    assert Track.objects.get().state == "ready"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sweep_it", [services.sweep_sounds, upload_services.sweep_uploads])
def test_a_second_sweep_does_nothing_while_one_is_running(owner, upload, sweep_it):
    claim(upload(owner))
    later = timezone.now() + LEASE + timedelta(days=2)
    with session_lock(f"tracks.{sweep_it.__name__}") as got:
        assert got
        assert race(lambda: sweep_it(at=later)) == [0]
        assert Sound.objects.get().state == "processing"
