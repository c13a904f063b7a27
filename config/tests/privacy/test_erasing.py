"""The end of an account: not before its time, whole, once, and whoever is killed on the way."""

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from accounts.events import AccountErased, ErasureQueued
from accounts.leaving import services as leaving
from accounts.leaving.choices import GRACE
from accounts.leaving.services.going import begin_leaving
from accounts.models import AccountErasure, User
from config.composed import erasing
from config.composed.privacy import PARTS
from config.lib.jobs import JobState
from config.lib.privacy import Part
from config.lib.testing import emitted
from config.tasks import erase_account, sweep_erasures
from config.tests.privacy.world import NAME, all_objects, run_export, where_it_stands
from tracks.models import Track, Upload
from tracks.uploads.part import held

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no handler expects."""


@pytest.fixture
def leaver(person) -> AccountErasure:
    """The erasure of somebody who asked for it a moment ago."""
    at = timezone.now()
    return begin_leaving(user=person, erase_at=at + GRACE, at=at)


@pytest.fixture
def due(leaver) -> AccountErasure:
    """The same when the days of grace are over."""
    past = timezone.now() - timedelta(seconds=1)
    AccountErasure.objects.update(erase_at=past, due_at=past)
    return AccountErasure.objects.get()


def with_trouble(monkeypatch, *, place: int, error: BaseException, parts: tuple[Part, ...] = PARTS) -> None:
    """Let the app at that place erase and then fail."""

    def erase(user_id: int) -> None:
        parts[place].erase(user_id)
        raise error

    failing = Part(name="failing", tables=(), export=parts[place].export, erase=erase)
    monkeypatch.setattr(erasing, "PARTS", (*parts[:place], failing, *parts[place + 1 :]))


def test_nothing_goes_before_its_time(leaver):
    assert sweep_erasures() == 0
    assert not erase_account(erasure_id=leaver.pk)
    assert not erase_account(erasure_id=leaver.pk + 1)
    assert User.objects.get(pk=leaver.user_id).is_active
    assert Track.objects.exists()


def test_when_the_days_of_grace_are_over_the_sweep_sends_it(due):
    with emitted() as events:
        assert sweep_erasures() == 1
        assert sweep_erasures() == 0
    assert events == [ErasureQueued(erasure_id=due.pk)]
    assert erase_account(erasure_id=due.pk)
    assert where_it_stands(NAME) == []


def test_erasing_twice_is_erasing_once(due):
    with emitted() as events:
        assert erase_account(erasure_id=due.pk)
        assert not erase_account(erasure_id=due.pk)
    assert [event for event in events if isinstance(event, AccountErased)] == [AccountErased(user_id=due.user_id)]
    before = User.objects.values().get(pk=due.user_id)
    for part in PARTS:
        part.erase(due.user_id)
    assert User.objects.values().get(pk=due.user_id) == before
    due.refresh_from_db()
    assert (due.state, due.progress) == (JobState.DONE, 1)


@pytest.mark.parametrize("place", range(len(PARTS)), ids=lambda place: PARTS[place].name)
def test_a_worker_that_is_killed_after_any_app_is_followed_by_one_that_ends_it(due, monkeypatch, place):
    run_export(due.user)
    with monkeypatch.context() as patch:
        with_trouble(patch, place=place, error=Killed())
        with pytest.raises(Killed):
            erase_account(erasure_id=due.pk)
    AccountErasure.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=1))
    assert sweep_erasures()
    assert erase_account(erasure_id=due.pk)
    assert where_it_stands(NAME) == []
    assert list(all_objects()) == []
    assert AccountErasure.objects.get().attempt == 2


def test_trouble_is_never_the_end_of_it(due, monkeypatch):
    with monkeypatch.context() as patch:
        with_trouble(patch, place=0, error=DatabaseError("away"))
        for attempt in range(1, 6):
            assert erase_account(erasure_id=due.pk)
            due.refresh_from_db()
            assert (due.state, due.attempt, due.failure_code) == (JobState.QUEUED, attempt, "erasure_interrupted")
            assert due.due_at > timezone.now()
    assert erase_account(erasure_id=due.pk)
    assert AccountErasure.objects.get().state == JobState.DONE


def test_whoever_has_lost_the_lease_lets_go(due, monkeypatch):
    def overtaken(user_id: int) -> None:
        AccountErasure.objects.update(attempt=9)

    first = Part(name="first", tables=(), export=PARTS[0].export, erase=overtaken)
    monkeypatch.setattr(erasing, "PARTS", (first, *PARTS[1:]))
    assert erase_account(erasure_id=due.pk)
    assert AccountErasure.objects.get().state == JobState.RUNNING
    assert User.objects.get(pk=due.user_id).username == NAME


def test_an_upload_that_somebody_is_writing_to_is_waited_for(due, monkeypatch):
    monkeypatch.setattr("tracks.uploads.part.PATIENCE_S", 0.1)
    with held(Upload.objects.get(filename="coming.wav").key):
        assert erase_account(erasure_id=due.pk)
        assert AccountErasure.objects.get().state == JobState.QUEUED
    assert erase_account(erasure_id=due.pk)
    assert AccountErasure.objects.get().state == JobState.DONE
    assert list(all_objects()) == []


def test_nobody_signs_in_to_an_account_whose_end_has_begun(due):
    erasure = leaving.begin_erasure(erasure_id=due.pk, at=timezone.now())
    user = User.objects.get(pk=due.user_id)
    assert erasure is not None
    assert not user.is_active
    assert not user.has_usable_password()
