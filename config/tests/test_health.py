"""Is this process alive, and can it do its work?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

PROJECT = Path(__file__).resolve().parents[2]
ASK = """
import django
django.setup()
from django.test import Client
for path in ("/health/live/", "/health/ready/"):
    answer = Client().get(path)
    print(answer.status_code, answer.content.decode())
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
    live, ready = ended.stdout.splitlines()
    assert live == '200 {"status": "ok"}'
    assert ready == '503 {"status": "unavailable", "checks": {"database": false, "redis": false}}'
    assert '"database_unreachable"' in ended.stderr
    assert '"redis_unreachable"' in ended.stderr
