"""The database is cut off, or away: requests say so at once, and everything works again as soon as it is back."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest

from config.embedded.places import Places
from config.embedded.postgres import DURABLE, Postgres
from config.lib.testing import write_tone
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

CUT_ALL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Postgres]:
    """A server that nobody restarts but the test."""
    places = Places(tmp_path / "database")
    places.make()
    server = Postgres(places, DURABLE)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path: Path, database: Postgres) -> Iterator[House]:
    with House(tmp_path / "home", {"DATABASE_URL": database.places.database_url}) as started:
        yield started


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


@dataclass
class Load:
    """Readers that ask without a pause; (began, took in s, status) of each answer, 0 for none."""

    url: str
    answers: list[tuple[float, float, int]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Load":
        self.readers = [threading.Thread(target=self.read, daemon=True) for _ in range(8)]
        for reader in self.readers:
            reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for reader in self.readers:
            reader.join(timeout=30)

    def read(self) -> None:
        with httpx.Client(timeout=30) as client:
            while not self.over.is_set():
                began = time.monotonic()
                status = client.get(f"{self.url}/api/v1/tracks/").status_code
                self.answers.append((began, time.monotonic() - began, status))

    def since(self, moment: float) -> list[tuple[float, float, int]]:
        return sorted(answer for answer in self.answers if answer[0] > moment)


def wait_for(load: Load, moment: float, *, count: int) -> list[tuple[float, float, int]]:
    deadline = time.monotonic() + 60
    while len(load.since(moment)) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return load.since(moment)[:count]


def test_after_every_connection_was_cut_the_next_two_hundred_requests_succeed(house, database):
    with Load(house.url) as load:
        wait_for(load, 0, count=200)
        for cut in range(5):
            with psycopg.connect(database.places.database_url) as connection:
                [(killed,)] = connection.execute(CUT_ALL).fetchall()
            answers = wait_for(load, time.monotonic(), count=200)
            slowest = max(took for _, took, _ in answers)
            good = sum(status == 200 for *_, status in answers)
            tell(f"cut {cut}: {killed} connections; of the next 200 requests {good} are 200, slowest {slowest:.2f} s")
            assert {status for *_, status in answers} == {200}
            assert slowest < 3


def test_while_the_database_is_away_requests_are_told_so_and_then_all_is_well(house, database, tmp_path):
    owner = house.join("owner")
    with Load(house.url) as load:
        wait_for(load, 0, count=50)
        database.stop()
        stopped = time.monotonic()
        time.sleep(20)
        back = time.monotonic()
        database.start()
        started = time.monotonic()
        well_after = house.wait_until(lambda: well(load), seconds=60)
        told = [answer for answer in load.since(stopped) if answer[0] < back]

    slowest = max(took for _, took, _ in told)
    tell(f"{len(told)} requests in 20 s without it: {sorted({status for *_, status in told})}, slowest {slowest:.2f} s")
    tell(f"well {well_after:.1f} s after it was back ({started - back:.1f} s to start)")
    assert {status for *_, status in told} == {503}
    assert slowest < 3
    assert well_after < 10
    track = upload(owner, write_tone(tmp_path / "tone.wav"), title="Afterwards")
    house.wait_until(lambda: owner.get(f"tracks/{track['id']}/").json()["state"] == "ready", seconds=60)
    house.wait_until(lambda: httpx.get(f"{house.url}/health/ready/").status_code == 200, seconds=10)


def well(load: Load) -> bool:
    """Whether the newest fifty answers are good."""
    newest = load.since(0)[-50:]
    return {status for *_, status in newest} == {200}
