"""What `/metrics` counts, after real requests, real tasks and real trouble."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config.composed import metrics
from config.lib import state_metrics, storage
from config.lib.events import emit
from config.lib.metrics import BREAKERS, FRAMES, LIMIT_REFUSALS, SOCKETS
from config.models import EventDelivery
from config.server.spooling import DiskFull, refusal
from config.tests.lib.events import lamps
from config.tests.operations.reading import figure, growth
from config.tests.operations.waiting import PATIENCE_S, carry, until
from tracks import services
from tracks.choices import StageName
from tracks.metrics import timed

HOUR = timedelta(hours=1)
NAMES = ("open", "due", "parked", "lag_seconds")


@pytest.mark.django_db
def test_a_request_is_counted_by_its_route_and_never_by_what_the_caller_wrote(api, client, make_track, owner, scrape):
    track = make_track(owner)
    with growth(scrape) as grown:
        assert api.get(f"/api/v1/tracks/{track.pk}/").status_code == 200
        assert api.get("/api/v1/tracks/9999999/").status_code == 404
        assert client.get("/secret-thing/that/is/nowhere/").status_code == 404
        client.generic("BREW", "/")
    name = "earshot_http_requests_total"
    assert grown(name, method="GET", view="track-detail", status="200") == 1
    assert grown(name, method="GET", view="track-detail", status="404") == 1
    assert grown(name, method="GET", view="none", status="404") == 1
    assert grown(name, method="other", view="home", status="405") == 1
    assert grown("earshot_http_request_seconds_count", method="GET", view="track-detail") == 2
    labels = {value for name, labels in scrape() if name.startswith("earshot") for _, value in labels}
    assert not {value for value in labels if "9999999" in value or "secret-thing" in value or "BREW" in value}


@pytest.mark.django_db
def test_a_body_that_the_door_refuses_is_a_request_too(scrape):
    scope = {"type": "http", "method": "POST", "path": "/api/v1/tracks/", "headers": []}
    with growth(scrape) as grown:
        refusal(scope, DiskFull(), signed=True)
    assert grown("earshot_http_requests_total", method="POST", view="refused-body", status="507") == 1


@pytest.mark.django_db
def test_statements_are_counted_by_their_first_word_those_that_fail_too(scrape):
    name = "earshot_database_query_seconds_count"
    with growth(scrape) as grown, connection.cursor() as cursor:
        cursor.execute("SeLeCt 1")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("  DELETE FROM no_table_of_ours")
        cursor.execute("SHOW application_name")
        cursor.execute("/* nothing */ SELECT 1")
    assert grown(name, statement="delete") == 1
    assert grown(name, statement="select") >= 1
    assert grown(name, statement="other") >= 2
    words = {value for name, labels in scrape() for label, value in labels if label == "statement"}
    assert words <= {"select", "insert", "update", "delete", "with", "other"}


@pytest.fixture
def lamp_house(settings):
    settings.EVENT_ROUTES = lamps.ROUTES_PATH


@pytest.mark.django_db(transaction=True)
def test_tasks_are_counted_by_name_and_outcome(lamp_house, worker, scrape):
    with growth(scrape) as grown:
        with transaction.atomic():
            emit(lamps.LampLit(lamp_id=1))
            emit(lamps.LampBroken(lamp_id=1))
        assert carry() == 3
        until(lambda: EventDelivery.objects.filter(done_at=None, attempts=0).count() == 0)
        until(lambda: figure(scrape(), "earshot_tasks_total", task="lamps.burn", outcome="failure") >= 1)
    assert grown("earshot_tasks_total", task="lamps.note", outcome="success") == 1
    assert grown("earshot_tasks_total", task="lamps.repair", outcome="success") == 1
    assert grown("earshot_tasks_total", task="lamps.burn", outcome="failure") == 1
    assert grown("earshot_task_seconds_count", task="lamps.burn") == 1


@pytest.mark.django_db
def test_deliveries_are_told_route_by_route_those_without_any_at_zero(lamp_house, scrape):
    now = timezone.now()
    with growth(scrape) as grown:
        for lamp_id in (1, 2, 3):
            emit(lamps.LampBroken(lamp_id=lamp_id))
    assert grown("earshot_events_written_total") == 3
    assert grown("earshot_deliveries_due", route="lamps.burn") == 3
    burning = EventDelivery.objects.order_by("pk")
    EventDelivery.objects.filter(pk=burning[0].pk).update(parked_at=now)
    EventDelivery.objects.filter(pk=burning[1].pk).update(due_at=now + HOUR, created_at=now - HOUR)
    figures = scrape()
    of_burn = {name: figure(figures, f"earshot_deliveries_{name}", route="lamps.burn") for name in NAMES}
    assert (of_burn["open"], of_burn["due"], of_burn["parked"]) == (2, 1, 1)
    assert 3600 <= of_burn["lag_seconds"] < 3600 + PATIENCE_S
    assert {figures["earshot_deliveries_" + name, frozenset({("route", "lamps.note")})] for name in NAMES} == {0}


@pytest.mark.django_db
def test_sounds_their_queue_and_the_stages_of_the_work_are_told(process_track, upload, owner, scrape):
    with growth(scrape) as grown:
        process_track(owner)
        upload(owner)
        broken = upload(owner).sounds.get()
        storage.delete(key=broken.original_key)
        storage.store(key=broken.original_key, content=ContentFile(b"this is no sound" * 99))
        assert services.process_sound(sound_id=broken.pk)
    assert grown("earshot_sounds", state="ready") == 1
    assert grown("earshot_sounds", state="queued") == 1
    assert grown("earshot_sounds", state="failed") == 1
    assert grown("earshot_sounds_waiting") == 1
    assert grown("earshot_sounds_longest_wait_seconds") > 0
    assert grown("earshot_processing_queue_seconds_count") == 2
    stages = "earshot_processing_stage_seconds_count"
    assert {name: grown(stages, stage=name, outcome="done") for name in StageName.values} == dict.fromkeys(
        StageName.values, 1
    )
    assert grown(stages, stage="probe", outcome="refused") == 1


@pytest.mark.django_db
def test_work_that_breaks_is_a_failed_stage(scrape):
    with growth(scrape) as grown, pytest.raises(OSError, match="away"), timed(StageName.TRANSCODE):
        raise OSError("away")
    assert grown("earshot_processing_stage_seconds_count", stage="transcode", outcome="failed") == 1


@pytest.mark.django_db
def test_a_source_that_takes_too_long_is_missing_and_the_rest_is_there(monkeypatch, scrape):
    def slow():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")
        yield from ()

    monkeypatch.setattr(state_metrics, "LONGEST_QUERY_MS", 50)
    monkeypatch.setitem(metrics.SOURCES, "events", slow)
    figures = scrape()
    known = {name: figure(figures, "earshot_state_known", source=name) for name in metrics.SOURCES}
    assert known == {"events": 0, "deliveries": 1, "queue": 1, "sounds": 1}
    assert figure(figures, "earshot_sounds", state="ready") == 0


@pytest.mark.django_db
def test_the_instruments_for_sockets_limits_and_breakers_are_told(scrape):
    with growth(scrape) as grown:
        SOCKETS.labels("/ws/me/").inc()
        FRAMES.labels("/ws/me/").inc(3)
        LIMIT_REFUSALS.labels("sign-in").inc()
        BREAKERS.labels("cache").set(1)
    SOCKETS.labels("/ws/me/").dec()
    BREAKERS.labels("cache").set(0)
    assert grown("earshot_sockets_open", path="/ws/me/") == 1
    assert grown("earshot_socket_frames_total", path="/ws/me/") == 3
    assert grown("earshot_rate_limit_refusals_total", limit="sign-in") == 1
    assert grown("earshot_breaker_open", service="cache") == 1
