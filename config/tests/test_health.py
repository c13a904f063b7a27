"""Is this process alive, and can it do its work?"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import OperationalError, close_old_connections, connection
from django.db.migrations.recorder import MigrationRecorder

from config.composed.health import check_database
from config.env import cache

PROJECT = Path(__file__).resolve().parents[2]
ASK = """
import django
django.setup()
from django.test import Client
for path in ("/health/live/", "/health/ready/", "/api/v1/tracks/", "/"):
    answer = Client(raise_request_exception=False).get(path, headers={"X-Request-ID": "of-this-test"})
    print(answer.status_code, answer.content.decode().strip())
"""


@pytest.mark.django_db
def test_a_process_with_everything_is_ready(client):
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": {"database": True, "redis": True}})
    assert answer["Cache-Control"] == "no-store"
    assert client.get("/health/live/").json() == {"status": "ok"}


@pytest.mark.django_db
def test_a_schema_that_lags_behind_the_code_is_not_ready(client):
    newest = max(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "accounts")
    MigrationRecorder(connection).record_unapplied("accounts", newest)
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, False)
    assert answer.json()["status"] == "unavailable"


@pytest.mark.django_db
def test_a_cache_that_is_away_is_named(client, settings):
    settings.CACHES = {"default": cache("redis://127.0.0.1:1/1")}
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": True, "redis": False})


@pytest.mark.django_db(transaction=True)
def test_a_database_that_ends_the_connection_is_named_and_found_again_by_the_next_request(client):
    with connection.cursor() as cursor, suppress(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert check_database() is False
    close_old_connections()  # as every request does when it begins; the test's client leaves it out
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/"])
def test_health_is_only_looked_at(client, path):
    assert client.post(path).status_code == 405


def test_a_process_whose_services_are_away_is_alive_and_not_ready():
    away = {"DATABASE_URL": "postgresql://earshot@127.0.0.1:1/earshot", "REDIS_URL": "redis://127.0.0.1:1"}
    environment = {**os.environ, **away, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    ended = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    live, ready, answer, page = ended.stdout.splitlines()
    assert live == '200 {"status": "ok"}'
    assert ready == '503 {"status": "unavailable", "checks": {"database": false, "redis": false}}'
    assert answer.startswith("503 ")
    assert '"code":"unavailable"' in answer
    assert page.startswith("503 The database does not answer")
    assert '"database_unreachable"' in ended.stderr
    assert '"redis_unreachable"' in ended.stderr
