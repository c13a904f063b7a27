"""The real server, worker and relay as child processes, on the services and the database of the test run."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.embedded import leftovers, processes
from config.embedded.house import SOCKETS
from config.embedded.places import PROJECT

PATIENCE_S = 60.0
"""Until the server answers; two cores may have much to do."""
GRACE_S = 10.0


@dataclass(frozen=True)
class House:
    """A running Earshot. `url` has no slash at its end; `mark` is in the environment of all that belongs to it."""

    url: str
    mark: str


@contextmanager
def running_house(*, database_name: str, added: Mapping[str, str] | None = None) -> Iterator[House]:
    """Start server and worker, `added` in their environment; end them, and fail when anything of theirs outlives it."""
    home = Path(os.environ["EARSHOT_HOME"])
    port = free_port()
    house = House(url=f"http://127.0.0.1:{port}", mark=leftovers.mark(home, "e2e", port))
    environment = {**environment_for(house, port=port, database_name=database_name), **(added or {})}
    commands = {
        "web": [*("uvicorn", "config.asgi:application", "--port", str(port), "--no-access-log"), *SOCKETS],
        "worker": [
            *("celery", "-q", "-A", "config", "worker", "--pool", "threads", "--concurrency", "2"),
            *("--queues", "audio,audio-long,fanout,default,mail", "--without-gossip", "--without-mingle"),
        ],
        "relay": ["django", "relay"],
    }
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = start(command, environment=environment, log=home / "logs" / f"e2e-{name}.log")
        wait_until_ready(house, children["web"], log=home / "logs" / "e2e-web.log")
        yield house
    finally:
        for child in children.values():
            processes.end_child(child, signals=[(signal.SIGTERM, GRACE_S), (signal.SIGKILL, GRACE_S)])
        left = still_there(house.mark)
        leftovers.end_marked(house.mark)
    assert not left, f"these outlived the run: {left}"


def environment_for(house: House, *, port: int, database_name: str) -> dict[str, str]:
    """What `make run` gives its children, with the database of the tests."""
    database = urlsplit(os.environ["DATABASE_URL"])
    return {
        **os.environ,
        leftovers.MARK: house.mark,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": urlunsplit(database._replace(path=f"/{database_name}")),
        "SITE_URL": house.url,
        "PORT": str(port),
        # All people of all tests sign in from one address.
        "RATE_LIMITS_CREDENTIALS_ADDRESS": "1000/minute",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def start(command: list[str], *, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A module as a child that dies with this process."""
    leashed = processes.leashed([sys.executable, "-m", *command], parting_signal=signal.SIGKILL)
    with log.open("wb") as file:
        return subprocess.Popen(leashed, env=environment, cwd=PROJECT, stdout=file, stderr=file, start_new_session=True)


def wait_until_ready(house: House, web: subprocess.Popen[bytes], *, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and web.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"{house.url}/health/ready/", timeout=2) as answer:  # noqa: S310 -- our own
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"the server does not answer:\n{log.read_text()[-3000:]}")


def still_there(mark: str) -> list[str]:
    """The command lines of what has not ended two seconds after it was told to."""
    deadline = time.monotonic() + 2
    while (pids := leftovers.marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [processes.command_line(pid) for pid in pids]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
