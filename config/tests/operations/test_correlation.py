"""One id leads from a request through what it made happen to everything that followed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app, shared_task, signals
from django.db import transaction

from config.lib.events import emit
from config.lib.requests import current_request_id
from config.models import DomainEvent, EventDelivery
from config.tests.lib.events import lamps
from config.tests.lib.recording import recorded
from config.tests.operations.waiting import carry, until
from conftest import PASSWORD
from tracks.models import Sound
from tracks.services.processing import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)

ID = "the-request-of-4711"
SECRET = "canary-of-a-secret-8b1f"


@pytest.fixture
def ended() -> Iterator[list[str]]:
    """The names of tasks whose line has been written: heard after everybody else has."""
    names: list[str] = []

    def hear(task: Any, **_: object) -> None:
        names.append(task.name)

    signals.task_postrun.connect(hear, weak=False)
    yield names
    signals.task_postrun.disconnect(hear)


def task_lines(lines, name: str):
    return [line for line in lines if line["logger"] == "earshot.task" and line["task"] == name]


def test_an_upload_its_events_and_the_work_on_it_carry_one_id(owner, sign_in, tone, worker, ended):
    person = sign_in(owner)
    with recorded() as lines:
        with tone.open("rb") as audio:
            answer = person.post(
                "/api/v1/tracks/", {"audio": audio, "title": "Dawn"}, format="multipart", headers={"x-request-id": ID}
            )
        assert answer.status_code == 201
        carry()
        until(lambda: "tracks.process_sound" in ended)
    [request] = [line for line in lines if line["logger"] == "earshot.request"]
    [task] = task_lines(lines, "tracks.process_sound")
    delivery = EventDelivery.objects.get(route="tracks.process_sound", done_at__isnull=False)
    of_this = DomainEvent.objects.filter(request_id=ID).order_by("pk").values_list("type", flat=True)
    assert (request["request_id"], request["status"]) == (ID, 201)
    made = ["tracks.SoundQueued", "tracks.TrackReady", "tracks.TrackPublished", "tracks.RenditionsQueued"]
    assert sorted(of_this) == sorted(made)
    assert (task["request_id"], task["delivery"], task["outcome"]) == (ID, delivery.pk, "success")
    assert task["ms"] > 0


@shared_task(name="lamps.light_again")
def light_again(**_: object) -> None:
    """Work that nobody asked for: the clock's."""
    with transaction.atomic():
        emit(lamps.LampLit(lamp_id=9))


def test_work_that_follows_from_no_request_has_an_id_of_its_own_that_leads_on(settings, worker, ended):
    settings.EVENT_ROUTES = lamps.ROUTES_PATH
    with recorded() as lines:
        sent = light_again.delay()
        until(lambda: "lamps.light_again" in ended)
        assert carry() == 2
        until(lambda: {"lamps.note", "lamps.repair"} <= set(ended))
    assert {line["request_id"] for line in lines if line["logger"] == "earshot.task"} == {sent.id}
    assert DomainEvent.objects.get().request_id == sent.id


def test_a_task_that_fails_says_why_once_with_its_id_and_without_what_it_was_given(settings, worker, ended):
    settings.EVENT_ROUTES = lamps.ROUTES_PATH
    with recorded() as lines:
        message = {"lamp_id": 1, "request_id": ID, "note": SECRET, "key": PASSWORD}
        current_app.send_task("lamps.burn", kwargs=message)
        until(lambda: "lamps.burn" in ended)
    [failure] = [line for line in lines if "the fuse is gone" in json.dumps(line)]
    assert (failure["logger"], failure["level"], failure["outcome"]) == ("earshot.task", "error", "failure")
    assert failure["request_id"] == ID
    assert "OSError: the fuse is gone" in failure["exception"]
    assert "in burn" in failure["exception"], "the traceback says where"
    assert SECRET not in json.dumps(lines)
    assert PASSWORD not in json.dumps(lines)


def test_an_id_does_not_stay_behind_in_the_thread_of_a_worker():
    lamps.plain.apply(kwargs={"request_id": ID})
    assert current_request_id() == ""


def test_the_thread_beside_the_work_writes_under_the_same_id(monkeypatch, settings):
    seen = []
    settings.PROCESSING_HEARTBEAT_S = 0.01

    def beats(self: Heartbeat) -> bool:
        seen.append(current_request_id())
        return False

    monkeypatch.setattr(Heartbeat, "beats", beats)

    @shared_task(name="lamps.long")
    def long(**_: object) -> None:
        with Heartbeat(Sound(pk=1)):
            until(lambda: seen)

    long.apply(kwargs={"request_id": ID})
    assert seen == [ID]
