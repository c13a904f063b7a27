"""Redis stopped and frozen under a whole running Earshot: reads go on, guessing stays limited, nobody waits long."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
import pytest

from config.embedded import processes
from config.embedded.places import Places
from config.embedded.valkey import DURABLE, Valkey
from config.tests.prove.house import House

pytestmark = pytest.mark.slow

TROUBLE_S = 10
CREDENTIALS = 5
LONGEST_S = 3


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    """A server that nobody restarts but the test."""
    places = Places(tmp_path / "valkey")
    places.make()
    server = Valkey(places, DURABLE)
    server.start()
    yield server
    send(server, signal.SIGCONT)
    server.stop()


@pytest.fixture
def house(tmp_path: Path, valkey: Valkey) -> Iterator[House]:
    amounts = {"RATE_LIMITS_CREDENTIALS": f"{CREDENTIALS}/hour", "RATE_LIMITS_CREDENTIALS_ADDRESS": "100000/hour"}
    with House(tmp_path / "home", {"REDIS_URL": valkey.places.redis_url, **amounts}) as started:
        yield started


def send(server: Valkey, number: signal.Signals) -> None:
    pid = processes.pid_in(server.pid_file)
    if server.is_alive() and pid:
        os.kill(pid, number)


@dataclass
class Visitors:
    """Six who read and two who guess at one password without a rest; (what, began, took in s, status) of each."""

    url: str
    answers: list[tuple[str, float, float, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Visitors":
        calls = {"read": self.read, "login": self.guess}
        kinds = ["read"] * 6 + ["login"] * 2
        self.threads = [threading.Thread(target=self.visit, args=(kind, calls[kind]), daemon=True) for kind in kinds]
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def visit(self, kind: str, call: Callable[[httpx.Client], int]) -> None:
        with httpx.Client(base_url=f"{self.url}/api/v1/", timeout=60) as client:
            while not self.over.is_set():
                began = time.monotonic()
                status = call(client)
                self.answers.append((kind, began, time.monotonic() - began, status))

    def read(self, client: httpx.Client) -> int:
        return client.get("tracks/").status_code

    def guess(self, client: httpx.Client) -> int:
        time.sleep(0.02)
        return client.post("auth/login/", json={"login": "owner", "password": "a wrong one"}).status_code

    def told(self, kind: str, *, since: float) -> list[tuple[float, int]]:
        """(took in s, status) of the answers of a kind to what began after a moment."""
        return [(took, status) for what, began, took, status in list(self.answers) if what == kind and began > since]

    def have_heard(self, *, since: float) -> bool:
        """Whether a few answers of each kind have come to what began after a moment."""
        return len(self.told("read", since=since)) > 20 and len(self.told("login", since=since)) > CREDENTIALS


def report(visitors: Visitors, what: str, *, since: float) -> float:
    """The slowest answer since then, in seconds."""
    slowest = 0.0
    for kind in ("read", "login"):
        told = sorted(visitors.told(kind, since=since))
        slow = f"p50 {told[len(told) // 2][0] * 1000:.0f} ms, p99 {told[len(told) * 99 // 100][0] * 1000:.0f} ms"
        statuses = dict(Counter(status for _, status in told))
        print(f"{what}: {len(told)} x {kind} {statuses}, {slow}, slowest {told[-1][0]:.2f} s")  # noqa: T201 -- the figures belong to the proof
        slowest = max(slowest, told[-1][0])
    return slowest


def test_with_redis_stopped_and_frozen_reads_go_on_and_guessing_stays_limited(house, valkey):
    house.join("owner")
    with Visitors(house.url) as visitors:
        began = time.monotonic()
        time.sleep(3)
        house.wait_until(lambda: visitors.have_heard(since=began), seconds=120)
        usual = report(visitors, "with Redis", since=began)
        for what, befall, undo in (
            ("stopped", valkey.stop, valkey.start),
            ("frozen", lambda: send(valkey, signal.SIGSTOP), lambda: send(valkey, signal.SIGCONT)),
        ):
            befall()
            since = time.monotonic()
            time.sleep(TROUBLE_S)
            house.wait_until(partial(visitors.have_heard, since=since), seconds=120)
            # A machine with other things to do is slow with Redis too.
            assert report(visitors, what, since=since) < LONGEST_S + usual
            undo()
            time.sleep(3)

    reads, logins = visitors.told("read", since=began), visitors.told("login", since=began)
    assert {status for _, status in reads} == {200}
    assert {status for _, status in logins} == {401, 429}
    tried = sum(status == 401 for _, status in logins)
    print(f"{len(logins)} guesses, the password was looked at {tried} times")  # noqa: T201 -- likewise
    # Redis allows its amount, and so does the one process that counts for itself while it is away.
    assert CREDENTIALS <= tried <= 2 * CREDENTIALS
    house.wait_until(lambda: httpx.get(f"{house.url}/health/ready/").status_code == 200, seconds=30)
