"""Twins, sweeps and keys that meet: real connections, real waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.utils import timezone

from config.lib import advisory, idempotency
from config.lib.idempotency import KEPT_FOR, Attempt, forget_old, take
from config.lib.testing import race
from config.models import IdempotencyKey
from config.tasks import forget_old_keys
from config.tests.lib.groups import GROUPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("config.tests.lib.groups")]

KEY = "5f1f0b5e-4c1c-4a27-9d5a-2f7f4d7f3a11"
CROWD = 8
PATIENCE_S = 60


def send(client):
    return client.post(GROUPS, {"then": "answer"}, headers={"idempotency-key": KEY})


@contextmanager
def another_connection(work, *, commits: bool) -> Iterator[None]:
    """Does `work` in a transaction of another connection and holds it open during the block."""
    done, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            work()
            done.set()
            over.wait(timeout=PATIENCE_S)
            transaction.set_rollback(not commits)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert done.wait(timeout=PATIENCE_S)
        yield
    finally:
        over.set()
        thread.join(timeout=PATIENCE_S)


@contextmanager
def limit(name: str, *, milliseconds: int) -> Iterator[None]:
    """Another limit than usual on this connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET {name} = {milliseconds}")
        yield
        cursor.execute(f"RESET {name}")


@pytest.fixture
def client(owner, sign_in):
    return sign_in(owner)


@pytest.fixture
def twin(owner):
    """Takes the owner's key, as a request that is still running has."""
    attempt = Attempt(caller=f"user:{owner.pk}", key=KEY, digest="0" * 64)
    return lambda: take(attempt, at=timezone.now())


@pytest.mark.parametrize("name", ["lock_timeout", "statement_timeout"])
def test_a_twin_that_runs_too_long_is_told_of_and_the_next_attempt_goes_through(client, twin, name):
    with another_connection(twin, commits=False), limit(name, milliseconds=100):
        answer = send(client)
    client.problem(answer, status=409, code="idempotency_in_progress")
    assert answer["Retry-After"] == "2"
    assert not Group.objects.exists()
    assert send(client).status_code == 201


def test_a_connection_that_is_cut_is_not_taken_for_a_twin(client, monkeypatch):
    cut = (
        "SELECT pg_terminate_backend(pg_backend_pid()), %s::text, %s::text, %s::text, %s::timestamptz, %s::timestamptz"
    )
    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "TAKE", cut)
        client.problem(send(client), status=503, code="unavailable")
    assert send(client).status_code == 201
    assert Group.objects.count() == 1


def test_twins_of_a_crowd_make_one_row_and_hear_one_answer(client):
    answers = race(*[lambda: send(client)] * CROWD)
    assert [answer.status_code for answer in answers] == [201] * CROWD, [answer.content for answer in answers]
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert Group.objects.count() == IdempotencyKey.objects.count() == 1


def test_twins_that_find_a_key_whose_day_is_over_make_one_row(client):
    send(client)
    IdempotencyKey.objects.update(created_at=timezone.now() - KEPT_FOR)
    answers = race(*[lambda: send(client)] * CROWD)
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    assert Group.objects.count() == 2


def kept(*, hours_ago: int) -> IdempotencyKey:
    at = timezone.now() - timedelta(hours=hours_ago)
    row = IdempotencyKey(caller="user:1", key=f"{hours_ago} h", request_digest="0" * 64, created_at=at)
    row.status, row.headers, row.body = 201, {}, b"{}"
    row.save()
    return row


def test_answers_are_forgotten_after_a_day_in_batches(monkeypatch):
    monkeypatch.setattr(idempotency, "BATCH", 2)
    for hours in (23, 24, 25, 26, 27, 28):
        kept(hours_ago=hours)
    assert forget_old(at=timezone.now()) == 5
    assert IdempotencyKey.objects.get().key == "23 h"
    assert forget_old(at=timezone.now()) == 0


def test_a_second_beat_leaves_the_work_to_the_first():
    kept(hours_ago=25)
    job = "idempotency.forget_old_keys"
    with another_connection(lambda: advisory.try_hold(job), commits=True):
        assert forget_old(at=timezone.now()) == 0
    assert forget_old(at=timezone.now()) == 1


def test_of_two_beats_that_meet_each_row_is_counted_once():
    for hours in range(25, 45):
        kept(hours_ago=hours)
    at = timezone.now()
    assert sum(race(*[lambda: forget_old(at=at)] * CROWD)) == 20


def test_a_key_that_is_taken_anew_is_not_swept_away(client, twin):
    send(client)
    IdempotencyKey.objects.update(created_at=timezone.now() - KEPT_FOR)
    with another_connection(twin, commits=True):
        assert forget_old(at=timezone.now()) == 0
    assert forget_old(at=timezone.now()) == 0
    assert IdempotencyKey.objects.get().request_digest == "0" * 64


def test_who_holds_a_job_keeps_others_waiting_until_the_transaction_ends():
    job = "events.keep_partitions"
    with another_connection(lambda: advisory.hold(job), commits=False), transaction.atomic():
        assert not advisory.try_hold(job)
    with transaction.atomic():
        assert advisory.try_hold(job)


def test_beat_knows_the_task_that_forgets():
    kept(hours_ago=25)
    assert forget_old_keys.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    forget_old_keys()
    assert not IdempotencyKey.objects.exists()
