"""Whatever is killed, and wherever: every track is ready within two minutes, and everything happened exactly once.

The processes die at the very places that config/lib/failpoints.py names, as if by kill -9; the whole group at once.
"""

import os
import signal
import statistics
import time
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from config.lib.testing import write_tone
from config.tests.prove.house import House
from config.tests.prove.ledger import assert_every_effect_once
from config.tests.prove.poison import CRASH, HANG, poisoned, reaper, stand_in_ffmpeg

pytestmark = pytest.mark.slow

TRACKS = 10
READY_WITHIN_S = 120
POINTS = (0.05, 0.25, 0.5, 0.75, 0.95)
UNREADY = "SELECT count(*) FROM tracks_track WHERE state <> 'ready'"
INCOMPLETE = "SELECT count(*) FROM tracks_sound WHERE state <> 'ready' OR todo <> ''"
OPEN = "SELECT count(*) FROM config_eventdelivery WHERE done_at IS NULL"
ATTEMPTS = "SELECT max(tries), max(attempt) FROM tracks_sound"


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


@pytest.fixture(scope="module")
def tone(tmp_path_factory) -> Path:
    """Long enough for a transcode of some seconds."""
    return write_tone(tmp_path_factory.mktemp("tone") / "tone.wav", seconds=150)


def upload_surely(client: httpx.Client, path: Path, *, title: str) -> dict:
    """Upload, and again with the same key after whatever broke, as clients do; the track."""
    headers, patience = {"Idempotency-Key": uuid4().hex}, time.monotonic() + 240
    while time.monotonic() < patience:
        try:
            with path.open("rb") as audio:
                answer = client.post("tracks/", data={"title": title}, files={"audio": audio}, headers=headers)
        except httpx.TransportError:
            time.sleep(0.5)
            continue
        if answer.status_code == 201:
            return answer.json()
        assert answer.status_code in {409, 500, 502, 503}, answer.text
        time.sleep(0.5)
    raise TimeoutError("no upload was answered")


def zero(house: House, query: str) -> bool:
    return house.rows(query) == [(0,)]


def come_to_rest(house: House, *, count: int) -> None:
    """All is made, all is told; then everything must have happened once, and every object be owned."""
    house.wait_until(lambda: zero(house, INCOMPLETE) and zero(house, OPEN), seconds=600)
    assert_every_effect_once(house, count=count)
    assert list(house.places.tmp.iterdir()) == []
    assert house.pids("ffmpeg") == []


def test_a_worker_killed_at_five_points_of_the_transcode_loses_and_doubles_nothing(house, tone):
    owner = house.join("owner")
    tell(f"\n{'killed at':>10} {'really':>7} {'all ready after':>16} {'attempts':>9}")
    for round_, point in enumerate(POINTS, start=1):
        house.arm("transcode", fraction=point)
        for number in range(TRACKS):
            upload_surely(owner, tone, title=f"{point} {number}")
        house.wait_until(lambda: house.death_at("transcode"), seconds=120)
        took = house.wait_until(lambda: zero(house, UNREADY), seconds=READY_WITHIN_S)
        [(_, attempts)] = house.rows(ATTEMPTS)
        come_to_rest(house, count=round_ * TRACKS)
        tell(f"{point:>10.0%} {float(house.death_at('transcode')):>7.0%} {took:>14.1f} s {attempts:>9}")


PLACES = {
    "after_put": "worker: objects stored, rows not written",
    "before_commit": "worker: rows written, not committed",
    "after_commit": "worker: committed, task not acknowledged",
    "relay_after_send": "relay: sent to the broker, not noted",
}
UPLOAD_PLACES = {
    "upload_after_put": "web: original stored, no row",
    "upload_before_commit": "web: rows written, not committed",
    "upload_after_commit": "web: committed, nobody answered",
}


def test_kills_between_storage_commit_and_event_lose_and_double_nothing(house, tone):
    owner = house.join("owner")
    tell(f"\n{'killed at':<20} {'that is':<42} {'all ready after':>16}")
    for round_, (place, meaning) in enumerate({**PLACES, **UPLOAD_PLACES}.items(), start=1):
        house.arm(place)
        for number in range(2):
            upload_surely(owner, tone, title=f"{place} {number}")
        house.wait_until(lambda place=place: house.death_at(place), seconds=120)
        took = house.wait_until(lambda: zero(house, UNREADY), seconds=READY_WITHIN_S)
        come_to_rest(house, count=2 * round_)
        tell(f"{place:<20} {meaning:<42} {took:>14.1f} s")
    code, said = house.reconcile("--remove")
    tell(f"what the kills of web left in the storage: {said.strip().splitlines()[-1]}")
    assert code == 0, said


def restart_database(house: House) -> None:
    os.kill(int((house.places.postgres / "postmaster.pid").read_text().split()[0]), signal.SIGINT)


def restart_valkey(house: House) -> None:
    os.kill(int((house.places.valkey / "valkey.pid").read_text().split()[0]), signal.SIGKILL)


TROUBLES = {
    "beat": lambda house: house.kill("celery", "beat"),
    "relay": lambda house: house.kill("manage.py", "relay"),
    "web": lambda house: house.kill("uvicorn"),
    "workers": lambda house: house.kill("celery", "worker"),
    "PostgreSQL": restart_database,
    "Valkey": restart_valkey,
}


def test_kills_of_every_process_and_restarts_of_both_servers_lose_and_double_nothing(house, tone):
    owner = house.join("owner")
    tell(f"\n{'killed or restarted':<20} {'all ready after':>16}")
    for round_, (name, trouble) in enumerate(TROUBLES.items(), start=1):
        for number in range(TRACKS):
            upload_surely(owner, tone, title=f"{name} {number}")
        house.wait_until(lambda: house.rows("SELECT 1 FROM tracks_sound WHERE state = 'processing'"), seconds=120)
        trouble(house)
        house.wait_until(lambda: answers(house), seconds=60)
        took = house.wait_until(lambda: zero(house, UNREADY), seconds=READY_WITHIN_S)
        come_to_rest(house, count=round_ * TRACKS)
        tell(f"{name:<20} {took:>14.1f} s")
    house.reconcile("--remove")


def answers(house: House) -> bool:
    """Whether the database and what stands before it answer."""
    try:
        return httpx.get(f"{house.url}/health/ready/", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


# --- a file that kills or hangs what reads it ------------------------------------------------------------------------

OTHERS = 6
STATE = "SELECT state, failure_code, tries, attempt FROM tracks_sound WHERE track_id = %s"


def others_become_ready(house: House, owner: httpx.Client, path: Path) -> float:
    """The median of the seconds from the upload of some tracks to their being ready."""
    begun = {upload_surely(owner, path, title=f"other {n}")["id"]: time.monotonic() for n in range(OTHERS)}
    took: dict[int, float] = {}

    def all_ready() -> bool:
        for (track,) in house.rows("SELECT id FROM tracks_track WHERE state = 'ready' AND id = ANY(%s)", list(begun)):
            took.setdefault(track, time.monotonic() - begun[track])
        return len(took) == OTHERS

    house.wait_until(all_ready, seconds=300)
    return statistics.median(took.values())


@pytest.mark.parametrize("how", [HANG, CRASH])
def test_a_poison_file_fails_with_its_reason_and_the_others_hardly_wait(tmp_path, how):
    seconds = 40
    tone = write_tone(tmp_path / "plain.wav", seconds=seconds)
    poison = poisoned(tone, tmp_path / "poison.wav", how=how)
    with House(tmp_path / "home", stand_in_ffmpeg(tmp_path)) as house, reaper(house, how=how):
        owner = house.join("owner")
        others_become_ready(house, owner, tone)  # what is slow the first time
        house.wait_until(lambda: zero(house, INCOMPLETE), seconds=300)
        alone = others_become_ready(house, owner, tone)
        house.wait_until(lambda: zero(house, INCOMPLETE), seconds=300)
        track = upload_surely(owner, poison, title="poison")["id"]
        begun = time.monotonic()
        beside = others_become_ready(house, owner, tone)
        house.wait_until(lambda: house.rows(STATE, track)[0][0] == "failed", seconds=300)
        took = time.monotonic() - begun
        [(_, code, tries, attempts)] = house.rows(STATE, track)
        hard_limit = 60 + seconds / 8
        tell(f"\n{how}: failed ({code}) after {attempts} attempts in {took:.1f} s, limit of one {hard_limit:.0f} s")
        tell(f"others ready after {alone:.1f} s alone, {beside:.1f} s beside it ({beside / alone:.2f} times)")
        assert tries == attempts <= 3
        assert code == {HANG: "took_too_long", CRASH: "processing_failed"}[how]
        assert beside <= 2 * alone + 5
        house.wait_until(lambda: zero(house, "SELECT count(*) FROM tracks_sound WHERE todo <> ''"), seconds=300)
