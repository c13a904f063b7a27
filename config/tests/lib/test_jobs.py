"""Jobs: of any number of workers one has it, whoever is killed is followed, and what is due is sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.leaving.services import ERASURES, EXPORTS
from accounts.models import AccountErasure, AccountExport
from config.lib import advisory
from config.lib.jobs import LONGEST_PAUSE, Heartbeat, JobState, LeaseLost, pause_after
from config.lib.secrets import random_key
from config.lib.testing import emitted, race

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def waiting(owner, at) -> AccountExport:
    return EXPORTS.add(AccountExport(user=owner, key=random_key(), requested_at=at, due_at=at))


@pytest.fixture
def claimed(waiting, at) -> AccountExport:
    return EXPORTS.claim(pk=waiting.pk, at=at)


def row() -> AccountExport:
    return AccountExport.objects.get()


def test_the_workers_are_told_at_once_of_what_is_due_and_of_nothing_else(owner, at):
    with emitted() as events:
        EXPORTS.add(AccountExport(user=owner, key=random_key(), requested_at=at, due_at=at))
        later = at + timedelta(days=30)
        ERASURES.add(AccountErasure(user=owner, requested_at=at, due_at=later, erase_at=later))
    assert [type(event).__name__ for event in events] == ["ExportQueued"]


@pytest.mark.django_db(transaction=True)
def test_of_five_who_claim_a_job_one_gets_it(waiting, at, patient_locks):
    got = race(*[lambda: EXPORTS.claim(pk=waiting.pk, at=at)] * 5)
    assert sorted(job is not None for job in got) == [False] * 4 + [True]
    assert (row().state, row().attempt) == (JobState.RUNNING, 1)


def test_whoever_has_lost_the_lease_writes_nothing(claimed, at):
    AccountExport.objects.update(attempt=2)
    for write in (lambda: EXPORTS.show(claimed, progress=0.5), lambda: EXPORTS.finish(claimed, at=at, bytes=1)):
        with pytest.raises(LeaseLost):
            write()
    assert not EXPORTS.hand_back(claimed, code="some_trouble", at=at)
    assert (row().progress, row().bytes, row().failure_code, row().state) == (0, None, "", JobState.RUNNING)


def test_progress_stays_a_fraction(claimed):
    EXPORTS.show(claimed, progress=1.5)
    assert row().progress == 1
    EXPORTS.show(claimed, progress=-1)
    assert row().progress == 0


def test_what_is_handed_back_rests_and_fails_at_the_third_attempt(claimed, at):
    assert EXPORTS.hand_back(claimed, code="some_trouble", at=at)
    assert (row().state, row().due_at, row().heartbeat_at) == (JobState.QUEUED, at + timedelta(seconds=30), None)
    for _ in range(2):
        EXPORTS.hand_back(EXPORTS.claim(pk=claimed.pk, at=at), code="some_trouble", at=at)
    assert (row().state, row().ended_at, row().failure_code) == (JobState.FAILED, at, "some_trouble")
    assert EXPORTS.claim(pk=claimed.pk, at=at) is None


def test_the_pauses_grow_up_to_an_hour():
    pauses = [pause_after(attempt) for attempt in (0, 1, 2, 3, 30_000)]
    assert pauses == [timedelta(seconds=s) for s in (30, 30, 60, 120)] + [LONGEST_PAUSE]


def test_a_sweep_hands_back_what_has_stopped_beating_and_sends_it_at_once(claimed, at):
    assert EXPORTS.sweep(at=at + timedelta(seconds=30)) == 0
    with emitted() as events:
        assert EXPORTS.sweep(at=at + timedelta(seconds=31)) == 2
    assert [event.export_id for event in events] == [claimed.pk]
    assert (row().state, row().failure_code) == (JobState.QUEUED, "worker_lost")


def test_a_task_that_was_lost_is_sent_again_after_a_minute(waiting, at):
    assert EXPORTS.sweep(at=at + timedelta(seconds=59)) == 0
    assert EXPORTS.sweep(at=at + timedelta(seconds=60)) == 1
    assert EXPORTS.sweep(at=at + timedelta(seconds=61)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_are_one(waiting, at):
    with advisory.advisory_lock("jobs.sweep:AccountExport") as got:
        assert got
        [swept] = race(lambda: EXPORTS.sweep(at=at + timedelta(minutes=2)))
    assert swept == 0


def test_a_heart_beats_for_its_attempt_and_no_other(claimed, at, monkeypatch):
    monkeypatch.setattr("config.lib.leases.connection.close", lambda: None)
    AccountExport.objects.update(heartbeat_at=at - timedelta(seconds=20))
    heart = Heartbeat(EXPORTS, claimed)
    assert heart.beats()
    assert row().heartbeat_at >= at
    AccountExport.objects.update(attempt=2)
    assert not heart.beats()
