"""The whole of `make run`, as a person at a terminal meets it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection

import pytest

from config.embedded import leftovers
from config.embedded.places import PROJECT, Places
from config.tests.embedded.watching import bare_environment, eventually, runs

START = 120.0
"""Seconds: three Python processes on a busy machine."""


class Run:
    """One `manage.py dev` on a port and in a home of its own."""

    def __init__(self, places: Places) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.places = places
        self.log = places.home / "terminal.log"
        added = {"EARSHOT_HOME": str(places.home), "PORT": str(self.port), "EARSHOT_DEMO": "0"}
        self.environment = {
            **bare_environment(),
            **added,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        }
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "dev"],
                cwd=PROJECT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def said(self, words: str) -> bool:
        return words in self.log.read_text(errors="replace")

    def is_ready(self) -> bool:
        return eventually(self.said_line(f"Earshot is ready at http://127.0.0.1:{self.port}/"), seconds=START)

    def said_line(self, line: str) -> Callable[[], bool]:
        return lambda: line in self.log.read_text(errors="replace").splitlines()

    def pids(self, name: str = "") -> list[int]:
        return leftovers.marked(f"{self.places.home}|{name}")

    def servers(self) -> list[int]:
        files = [self.places.postgres / "postmaster.pid", self.places.valkey / "valkey.pid"]
        return [int(file.read_text().split()[0]) for file in files]


@pytest.fixture
def running(places: Places) -> Iterator[Run]:
    run = Run(places)
    yield run
    run.process.send_signal(signal.SIGTERM)
    run.process.wait(timeout=60)


def is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/ready/")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def test_run_gets_ready_survives_what_is_killed_and_stops_once(running: Run) -> None:
    """One life of one home: first its worker is killed, then the run itself, which is then started anew."""
    assert running.is_ready(), running.log.read_text()
    assert is_healthy(running.port)
    for name in ("web", "worker", "beat", "postgres", "valkey"):
        log = running.places.logs / f"{name}.log"
        assert eventually(log.exists, seconds=START), name
    first, servers = running.pids("worker"), running.servers()
    os.kill(first[0], signal.SIGKILL)
    assert eventually(lambda: running.pids("worker") not in ([], first), seconds=START)
    assert running.said("worker was killed (SIGKILL); again in 1 s")
    running.process.kill()
    running.process.wait()
    assert eventually(lambda: not running.pids() and not any(map(runs, servers)))
    running.process = running.start()
    assert running.is_ready(), running.log.read_text()
    refuses_another_beside(running)
    stops_once(running)


def refuses_another_beside(running: Run) -> None:
    beside = subprocess.run(
        [sys.executable, "manage.py", "dev"],
        cwd=PROJECT,
        env=running.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert beside.returncode == 1
    assert f"Earshot runs already in {running.places.home}" in beside.stderr
    assert "Traceback" not in beside.stderr


def stops_once(running: Run) -> None:
    """However often it is told so."""
    servers = running.servers()
    for _ in range(2):
        os.killpg(running.process.pid, signal.SIGINT)
    assert running.process.wait(timeout=60) == 0
    assert running.pids() == []
    assert not any(map(runs, servers))
    assert not running.said("Traceback")


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path):
    nowhere = {
        "DATABASE_URL": "postgresql://earshot:hidden@127.0.0.1:1/earshot",
        "REDIS_URL": "redis://127.0.0.1:1",
        "EARSHOT_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    ended = subprocess.run(
        [sys.executable, "manage.py", "dev"],
        cwd=PROJECT,
        env={**bare_environment(), **nowhere},
        capture_output=True,
        text=True,
        timeout=START,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("The database does not answer (")
    assert ended.stderr.endswith("is DATABASE_URL right?\n")
    assert "Traceback" not in ended.stderr
    assert "hidden" not in ended.stderr
