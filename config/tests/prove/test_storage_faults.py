"""Disks that are full and a bucket that is ill: answers stay clean, nothing is lost, all is well a minute later."""

import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.lib.testing import write_tone
from config.lib.testing_bucket import ACCESS_KEY, SECRET_KEY, make_bucket, moto
from config.tests.prove.disks import small_disk
from config.tests.prove.faulty import FAULTS, FINE, faulty
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

FAULT_S, WELL_WITHIN_S, P99_S = 60, 60, 3.0
CLEAN = {503, 507}
UNREADY = "SELECT id FROM tracks_track WHERE state <> 'ready'"
TODO = "SELECT id FROM tracks_sound WHERE todo <> ''"
FAILED = "SELECT id, failure_code FROM tracks_sound WHERE state = 'failed'"
WAITED = "SELECT max(waits), max(attempt) FROM tracks_sound"


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


@pytest.fixture(scope="module")
def tones(tmp_path_factory) -> tuple[Path, Path]:
    """One that is worked on for a while, and one that is soon sent."""
    folder = tmp_path_factory.mktemp("tones")
    return write_tone(folder / "long.wav", seconds=120), write_tone(folder / "short.wav", seconds=0.5)


@dataclass
class Visitors:
    """What people do meanwhile: some read lists and pages, one uploads. Every answer is kept."""

    owner: httpx.Client
    short: Path
    reads: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)
    uploads: list[int] = field(default_factory=list)
    unclean: list[str] = field(default_factory=list)
    acknowledged: list[int] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Visitors":
        self.threads = [threading.Thread(target=self.read, args=(path,)) for path in ("tracks/", "me/", "rate-limits/")]
        self.threads.append(threading.Thread(target=self.send))
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=180)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.owner.base_url, headers=self.owner.headers, timeout=150)

    def read(self, path: str) -> None:
        with self.client() as client:
            while not self.over.wait(0.05):
                began = time.monotonic()
                self.statuses.add(client.get(path).status_code)
                self.reads.append(time.monotonic() - began)

    def send(self) -> None:
        with self.client() as client:
            while not self.over.wait(1):
                headers = {"Idempotency-Key": uuid4().hex}
                with self.short.open("rb") as audio:
                    answer = client.post("tracks/", data={"title": "Short"}, files={"audio": audio}, headers=headers)
                self.uploads.append(answer.status_code)
                if answer.status_code == 201:
                    self.acknowledged.append(answer.json()["id"])
                elif answer.status_code not in CLEAN or "retry-after" not in answer.headers:
                    self.unclean.append(f"{answer.status_code} {dict(answer.headers)} {answer.text}")

    def p99(self) -> float:
        return statistics.quantiles(self.reads, n=100)[98]


def well(house: House) -> bool:
    return house.rows(UNREADY) == [] and house.rows(TODO) == []


def endure(house: House, owner: httpx.Client, tones: tuple[Path, Path], *, begin, end, what: str) -> None:
    """A fault from `begin` to `end` while people read, send, and wait for what they sent before."""
    long, short = tones
    acknowledged = [upload(owner, long, title=f"{what} {number}")["id"] for number in range(2)]
    house.wait_until(lambda: house.rows("SELECT 1 FROM tracks_sound WHERE state = 'processing'"), seconds=60)
    with Visitors(owner, short) as visitors:
        begin()
        time.sleep(FAULT_S)
        [(waits, _)] = house.rows(WAITED)
        end()
        ended = time.monotonic()
        visitors.over.set()
    acknowledged += visitors.acknowledged
    ready = "SELECT count(*) FROM tracks_track WHERE state = 'ready' AND id = ANY(%s)"
    house.wait_until(lambda: house.rows(ready, acknowledged) == [(len(acknowledged),)], seconds=300)
    took = time.monotonic() - ended
    refused = dict(Counter(status for status in visitors.uploads if status != 201))
    tell(
        f"{what}: {len(visitors.reads)} other calls {sorted(visitors.statuses)}, p99 {visitors.p99():.2f} s, slowest "
        f"{max(visitors.reads):.2f} s; uploads: {len(visitors.acknowledged)} taken, refused {refused}; "
        f"waited {waits} times; all {len(acknowledged)} ready {took:.1f} s after it ended"
    )
    assert visitors.unclean == []
    assert visitors.statuses == {200}
    assert visitors.p99() <= P99_S
    assert house.rows(FAILED) == []
    assert took <= WELL_WITHIN_S
    house.wait_until(lambda: well(house), seconds=300)


@pytest.mark.parametrize("name", ["tmp", "media"])
def test_a_full_disk_costs_nobody_a_file(tmp_path, tones, name):
    with small_disk(tmp_path / "home", name) as disk:
        tell(f"\n{name}: {disk.kind}")
        settings = {"DJANGO_SETTINGS_MODULE": disk.settings, "KEEP_FREE_BYTES": "0"}
        with House(tmp_path / "home", settings) as house:
            owner = house.join("owner")
            endure(house, owner, tones, begin=disk.fill, end=disk.free, what=f"no room on {name}")
            assert [path.name for path in house.places.tmp.iterdir()] == []
            assert house.reconcile("--remove")[0] == 0


def test_an_ill_bucket_costs_nobody_a_file(tmp_path, tones):
    with moto() as address, faulty(int(address.rsplit(":", 1)[1])) as proxy:
        make_bucket(address, name="sound")
        storage = {"STORAGE_URL": f"s3+http://{ACCESS_KEY}:{SECRET_KEY}@{proxy.address}/sound?region=us-east-1"}
        tell("")
        with House(tmp_path / "home", storage) as house:
            owner = house.join("owner")
            for fault in FAULTS:

                def begin(fault: str = fault) -> None:
                    proxy.mode = fault

                def end() -> None:
                    proxy.mode = FINE

                endure(house, owner, tones, begin=begin, end=end, what=f"the bucket {fault}")
                code, said = house.reconcile("--remove")
                tell(f"  left in the bucket: {said.strip().splitlines()[-1]}")
                assert code == 0, said
            assert [path.name for path in house.places.tmp.iterdir()] == []
