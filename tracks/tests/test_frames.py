"""What an owner hears live of a track that gets ready."""

import time
from types import SimpleNamespace

import pytest
from django.utils import timezone

from config.lib.events import log
from config.lib.realtime.frames import first_frame
from config.lib.testing import write_tone
from tracks import services
from tracks.choices import StageName
from tracks.services import leases, queue
from tracks.tests.conftest import claim

pytestmark = pytest.mark.django_db(transaction=True)


def heard_by(user, *, count: int = 0) -> list[dict]:
    """The frames of everything in the log, as soon as there are so many, or after a minute: transactions of other
    databases in the cluster (other test processes) hold the log's end back for a while."""
    deadline = time.monotonic() + 60
    while True:
        entries = log.read(after=log.Cursor(0, 0), limit=100)
        frames = [frame for entry in entries if (frame := first_frame(entry, {f"user:{user.pk}"}))]
        if len(frames) >= count or time.monotonic() > deadline:
            return [{name: frame.body[name] for name in frame.members} for frame in frames]
        time.sleep(0.01)


def frame(track, state: str, **more) -> dict:
    nothing = {"stage": None, "progress": None, "error_code": None}
    return {"type": "track_processing", "track_id": track.pk, "state": state, **nothing, **more}


@pytest.fixture
def pushed(monkeypatch):
    """What went out through `push`, without a broker in between."""
    sent: list[tuple[str, dict]] = []
    monkeypatch.setattr(leases, "push", lambda group, members: sent.append((group, members)))
    return sent


def test_the_owner_hears_that_a_track_waits_and_that_it_is_ready_and_nobody_else_does(owner, stranger, process_track):
    track = process_track(owner)
    assert heard_by(owner, count=2) == [frame(track, "queued"), frame(track, "ready")]
    assert heard_by(stranger) == []


def test_the_owner_hears_why_a_track_failed(owner, upload):
    track = upload(owner)
    queue.fail_sound(sound=claim(track), code="audio_undecodable", reason="No sound in it.", at=timezone.now())
    told = [frame(track, "queued"), frame(track, "failed", error_code="audio_undecodable")]
    assert heard_by(owner, count=2) == told


def test_progress_is_told_as_it_stands_in_the_row_and_at_most_twice_a_second(owner, upload, pushed, monkeypatch):
    sound = claim(upload(owner))
    clock = iter([10.0, 10.0, 10.3, 10.5, 10.5])
    monkeypatch.setattr(leases, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with leases.stage(sound, StageName.TRANSCODE) as progress:
        for fraction in (0.1234567, 0.2, 1.7):
            progress.show(fraction)
    group = f"user:{owner.pk}"
    told = [frame(sound.track, "processing", stage="transcode", progress=part) for part in (0.123, 1.0)]
    assert pushed == [(group, told[0]), (group, told[1])]


def test_the_pipeline_tells_its_progress(owner, upload, pushed, tone):
    write_tone(tone, seconds=20)
    track = upload(owner)
    assert services.process_sound(sound_id=track.sounds.get().pk)
    assert {(group, members["state"]) for group, members in pushed} == {(f"user:{owner.pk}", "processing")}


def test_who_lost_the_lease_tells_nothing(owner, upload, pushed):
    sound = claim(upload(owner))
    progress = leases.Progress(sound, StageName.TRANSCODE)
    queue.hand_back(sound=sound, retry_at=timezone.now(), at=timezone.now())
    with pytest.raises(queue.LeaseLost):
        progress.show(0.5)
    assert pushed == []
