"""Leases: whoever has lost one leaves the timeline, the rows and the objects of the other worker alone."""

import time

import pytest
from django.db import OperationalError, connection

from tracks import services
from tracks.audio.errors import AudioRefused
from tracks.choices import StageName
from tracks.models import ProcessingStage, Sound
from tracks.services import leases, processing
from tracks.services.leases import Heartbeat, Progress, stage
from tracks.tests.conftest import STEPS, assert_tidy, claim, run, states, steal, stored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("step", STEPS)
def test_a_lease_that_is_lost_at_any_step_leaves_the_other_workers_set_alone(waiting, rooms, finish, monkeypatch, step):
    real = getattr(processing, step)

    def overtaken(*arguments, **options):
        monkeypatch.setattr(processing, step, real)
        finish(steal(waiting))
        return real(*arguments, **options)

    monkeypatch.setattr(processing, step, overtaken)
    assert run(waiting)
    sound = Sound.objects.get()
    assert (sound.state, sound.attempt) == ("ready", 2)
    assert {rendition.prefix for rendition in sound.renditions.all()} == {f"{sound.folder}/2"}
    assert_tidy(rooms)
    assert len([key for key in stored() if key.startswith(sound.folder)]) == 4


def test_a_refusal_by_a_worker_without_lease_is_not_heard(waiting, monkeypatch):
    def overtaken(*_, **__):
        steal(waiting)
        raise AudioRefused(code="damaged", reason="The folder was gone.")

    monkeypatch.setattr(processing, "probe", overtaken)
    assert run(waiting)
    sound = Sound.objects.get()
    assert (sound.state, sound.attempt, sound.failure_code) == ("processing", 2, "")


def test_a_worker_without_lease_writes_nothing_on_the_timeline(waiting):
    first = claim(waiting.track)
    steal(waiting)
    with pytest.raises(services.LeaseLost), stage(first, StageName.PROBE):
        pass
    with pytest.raises(services.LeaseLost):
        Progress(first, StageName.PROBE).show(0.5)
    assert states(waiting) == ["waiting"] * 6


def test_progress_is_written_at_most_once_a_second(waiting):
    progress, rows = Progress(claim(waiting.track), StageName.PROBE), ProcessingStage.objects.filter(name="probe")
    for fraction in (0.25, 0.75):
        progress.show(fraction)
    assert rows.get().progress == 0.25
    progress.next_at = 0
    progress.show(1.5)
    assert rows.get().progress == 1.0


# --- beating -------------------------------------------------------------------------------------


def test_a_heart_stops_when_the_lease_is_lost(waiting, settings):
    settings.PROCESSING_HEARTBEAT_S = 0.01
    first = claim(waiting.track)
    first.pk = -1
    with Heartbeat(first) as heart:
        heart.thread.join(5)
        assert not heart.thread.is_alive()


def test_a_database_that_does_not_answer_once_does_not_stop_the_heart(waiting, monkeypatch):
    heart, answers = Heartbeat(claim(waiting.track)), iter([OperationalError("away"), True, False])

    def beat(**_):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(leases, "beat", beat)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert [heart.beats() for _ in range(3)] == [True, True, False]


@pytest.mark.django_db(transaction=True)
def test_a_heart_beats_beside_the_work(waiting, settings):
    settings.PROCESSING_HEARTBEAT_S = 0.02
    sound = claim(waiting.track)
    before = sound.heartbeat_at
    with Heartbeat(sound):
        for _ in range(100):
            sound.refresh_from_db()
            if sound.heartbeat_at > before:
                break
            time.sleep(0.02)
    assert sound.heartbeat_at > before
