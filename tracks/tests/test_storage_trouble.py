"""A storage that is full or away is nobody's fault: the sound waits, longer each time, and no try is counted."""

import errno
from datetime import timedelta

import pytest
from django.utils import timezone

from config.lib import storage
from config.lib.bucket import BucketTrouble
from config.lib.storage import StorageFull
from tracks import services
from tracks.audio.errors import AudioRetryable
from tracks.choices import State
from tracks.models import Sound
from tracks.services import processing, queue
from tracks.tests.conftest import assert_tidy, claim, run

pytestmark = pytest.mark.django_db

FFMPEG = "ffmpeg could not do its work here: No space left on device. Its last words: …"
TROUBLES = {
    "a bucket that is away": (BucketTrouble("500"), "storage_away"),
    "a full storage": (StorageFull(errno.ENOSPC, "full"), "no_room"),
    "a full disk": (OSError(errno.ENOSPC, "full"), "no_room"),
    "a quota that is used up": (OSError(errno.EDQUOT, "full"), "no_room"),
    "a disk that became read-only": (OSError(errno.EROFS, "locked"), "storage_away"),
    "a full disk below ffmpeg": (AudioRetryable(FFMPEG), "no_room"),
}


def breaking(monkeypatch, error: Exception) -> None:
    def broken(**_):
        raise error

    monkeypatch.setattr(storage, "store_file", broken)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_sound_waits_as_long_as_the_storage_is_ill_and_then_becomes_ready(waiting, rooms, monkeypatch, trouble):
    error, code = TROUBLES[trouble]
    breaking(monkeypatch, error)
    pauses = []
    for _ in range(6):
        begun = timezone.now()
        assert run(waiting)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.tries, waiting.failure_code) == (State.QUEUED, 0, code)
        pauses.append((waiting.due_at - begun).total_seconds())
    assert 3 < pauses[0] < 10
    assert pauses[0] < pauses[2]
    assert all(14 < pause < 30 for pause in pauses[2:])
    assert len(set(pauses)) == len(pauses), "those that wait do not come at once"
    monkeypatch.undo()
    assert run(waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.waits, waiting.failure_code) == (State.READY, 0, "")
    assert run(waiting)
    assert_tidy(rooms)


def test_what_follows_waits_likewise_while_the_track_plays(waiting, monkeypatch):
    assert run(waiting)
    breaking(monkeypatch, BucketTrouble("500"))
    for _ in range(4):
        assert run(waiting)
    monkeypatch.undo()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.todo, waiting.waits) == (State.READY, "further", 4)
    assert run(waiting)
    waiting.refresh_from_db()
    assert (waiting.todo, waiting.waits) == ("", 0)


@pytest.mark.parametrize("error", [OSError("what nobody knows"), AudioRetryable("killed by signal 9")])
def test_other_trouble_is_a_try_and_three_of_them_are_enough(waiting, monkeypatch, error):
    breaking(monkeypatch, error)
    assert [run(waiting) for _ in range(4)] == [True, True, True, False]
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failure_code) == (State.FAILED, "processing_failed")


def test_a_storage_that_keeps_its_objects_does_not_keep_the_sound(waiting, monkeypatch, caplog):
    """What an attempt has stored cannot be removed while the storage is away; the comparison does it later."""

    def away(**_):
        raise BucketTrouble("500")

    breaking(monkeypatch, BucketTrouble("500"))
    monkeypatch.setattr(storage, "delete_folder", away)
    assert run(waiting)
    waiting.refresh_from_db()
    assert waiting.state == State.QUEUED
    assert "attempt_left" in caplog.text


def test_of_two_sounds_that_have_one_try_left_the_second_waits_for_its_turn(owner, upload):
    """What kills workers would take whoever is at work beside it along, three times, into a failure of its own."""
    first, second, fresh = (upload(owner).sounds.get() for _ in range(3))
    Sound.objects.filter(pk__in=[first.pk, second.pk]).update(tries=2)
    at = timezone.now()
    claimed = services.claim_sound(sound_id=first.pk, at=at)
    assert claimed.tries == 3
    assert services.claim_sound(sound_id=second.pk, at=at) is None
    second.refresh_from_db()
    assert (second.state, second.tries, second.due_at) == (State.QUEUED, 2, at + queue.TURN_AFTER)
    assert services.claim_sound(sound_id=fresh.pk, at=at)
    assert queue.hand_back(sound=claimed, retry_at=at, at=at)
    assert services.claim_sound(sound_id=second.pk, at=at)


def test_one_try_left_beside_none_is_taken_at_once(owner, upload):
    sound = claim(upload(owner))
    Sound.objects.filter(pk=sound.pk).update(tries=2, heartbeat_at=None, state=State.QUEUED)
    assert services.claim_sound(sound_id=sound.pk, at=timezone.now() + timedelta(seconds=1)).tries == 3


def test_no_trouble_of_a_storage_is_made_up():
    assert processing.storage_trouble(OSError("no number")) is None
    assert processing.storage_trouble(AudioRetryable("Input/output error")) is None
    assert processing.storage_trouble(processing.NoRoom()) == queue.NO_ROOM
