"""Five hundred sockets in the room of one track, on the real server: everybody hears everything, soon, and only as long
as they may."""

import asyncio
import json
import os
import socket
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from config.lib.testing import write_tone
from config.tests.prove.house import House, upload

pytestmark = pytest.mark.slow

SOCKETS, AUTHORS, COMMENTS = 500, 12, 96
# As fast as a track takes comments at all: 120 in a minute.
PAUSE_S = 0.5
P99_MOST_MS, CLOSED_WITHIN_S = 250, 5.0
OPENING_AT_ONCE = 20
WORDS = "a word said at a moment of this track " * 20


@pytest.fixture
def house(tmp_path):
    with House(tmp_path / "home", {"SOCKETS_PER_CALLER": "1000"}) as running:
        yield running


@dataclass
class Crowd:
    """What all sockets have heard: comment, and how long after the server took it, one list for each socket; and with
    which codes they were closed."""

    heard: list[list[tuple[int, float]]] = field(default_factory=list)
    listeners: list[int] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    closed_at: list[float] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    async def come(self, address: str) -> None:
        """Open all, and listen until the server closes them."""
        gate = asyncio.Semaphore(OPENING_AT_ONCE)

        async def opened() -> ClientConnection:
            async with gate:
                connection = await connect(address, open_timeout=60, max_queue=None, compression=None)
                assert json.loads(await connection.recv())["type"] == "hello"
                return connection

        connections = await asyncio.gather(*(opened() for _ in range(SOCKETS)))
        self.heard = [[] for _ in connections]
        self.ready.set()
        await asyncio.gather(*(self.listen(each, heard) for each, heard in zip(connections, self.heard, strict=True)))

    async def listen(self, connection: ClientConnection, heard: list[tuple[int, float]]) -> None:
        try:
            while True:
                text = await connection.recv()
                at, frame = time.time(), parsed(text)
                if frame["type"] == "comment_created":
                    heard.append((frame["comment"]["id"], at - frame["taken_at"]))
                elif frame["type"] == "listeners":
                    self.listeners.append(frame["listeners"])
        except ConnectionClosed as closed:
            self.codes.append(closed.rcvd.code if closed.rcvd else 1006)
            self.closed_at.append(time.monotonic())


@lru_cache(maxsize=64)
def parsed(text: str) -> dict:
    """Read once however many hear it: the crowd shares two cores with the server."""
    frame = json.loads(text)
    if frame["type"] == "comment_created":
        frame["taken_at"] = datetime.fromisoformat(frame["comment"]["created_at"]).timestamp()
    return frame


def stalled_socket(address: str) -> socket.socket:
    """One that opens the room, and then reads nothing, with as little room for what comes as can be had."""
    host, _, rest = address.removeprefix("ws://").partition("/")
    name, port = host.split(":")
    stalled = socket.socket()
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    stalled.connect((name, int(port)))
    head = f"GET /{rest} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    stalled.sendall((head + key).encode())
    assert stalled.recv(12) == b"HTTP/1.1 101"
    return stalled


def speak(authors: list[httpx.Client], track_id: int, more: str) -> list[int]:
    """Let the authors speak in turn; the comments."""
    sent = []
    for number in range(COMMENTS):
        began = time.monotonic()
        words = {"body": f"{number}{more}: {WORDS}", "timestamp_ms": number}
        answer = authors[number % len(authors)].post(f"tracks/{track_id}/comments/", json=words)
        assert answer.status_code == 201, answer.text
        sent.append(answer.json()["id"])
        time.sleep(max(0.0, PAUSE_S - (time.monotonic() - began)))
    return sent


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def test_five_hundred_hear_every_comment_and_leave_when_they_may_no_longer(house, tmp_path):
    owner = house.join("owner")
    track_id = upload(owner, write_tone(tmp_path / "tone.wav"), title="Crowded")["id"]
    house.wait_until(lambda: owner.get(f"tracks/{track_id}/").json()["state"] == "ready", seconds=60)
    authors = [house.join(f"author{number}") for number in range(AUTHORS)]
    address = f"{house.url.replace('http', 'ws')}/ws/v1/tracks/{track_id}/"
    crowd = Crowd()
    coming = threading.Thread(target=lambda: asyncio.run(crowd.come(address)), daemon=True)
    began = time.monotonic()
    coming.start()
    assert crowd.ready.wait(timeout=120)
    tell(f"{SOCKETS} sockets opened in {time.monotonic() - began:.1f} s")
    house.wait_until(lambda: SOCKETS in crowd.listeners, seconds=10)

    [web] = house.pids("uvicorn")
    quiet = speak_and_measure(crowd, authors, track_id, web=web)
    tell(f"taken -> heard, all reading: {quiet}")

    time.sleep(60)  # until each author may speak again
    with stalled_socket(address):
        beside = speak_and_measure(crowd, authors, track_id, web=web, more=" once more")
        tell(f"taken -> heard, beside one that does not read: {beside}")

    revoked = time.monotonic()
    assert owner.patch(f"tracks/{track_id}/", json={"visibility": "private"}).status_code == 200
    coming.join(timeout=30)
    took = max(crowd.closed_at) - revoked
    tell(f"made private: {len(crowd.codes)} sockets closed with {set(crowd.codes)}, the last after {took:.1f} s")
    assert (quiet.lost, beside.lost) == (0, 0)
    assert crowd.codes == [4404] * SOCKETS
    assert took <= CLOSED_WITHIN_S
    assert max(quiet.p99_ms, beside.p99_ms) <= P99_MOST_MS


@dataclass(frozen=True)
class Heard:
    """What became of the frames of some comments."""

    frames: int
    lost: int
    p50_ms: float
    p99_ms: float
    most_ms: float
    cpu_ms_a_comment: float


def speak_and_measure(crowd: Crowd, authors: list[httpx.Client], track_id: int, *, web: int, more: str = "") -> Heard:
    """Let them speak, and see who has heard it, how soon after the server (`web`) took it, and whether in order and
    once."""
    before, cpu = [len(heard) for heard in crowd.heard], cpu_seconds(web)
    sent = speak(authors, track_id, more)
    deadline = time.monotonic() + 10
    while any(len(heard) - n < len(sent) for heard, n in zip(crowd.heard, before, strict=True)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    new = [heard[n:] for heard, n in zip(crowd.heard, before, strict=True)]
    lost = sum([comment_id for comment_id, _ in heard] != sent for heard in new)
    took = [seconds * 1000 for heard in new for _, seconds in heard]
    work = (cpu_seconds(web) - cpu) * 1000 / COMMENTS
    figures = (percentile(took, 0.5), percentile(took, 0.99), max(took), work)
    return Heard(len(took), lost, *(round(figure, 1) for figure in figures))


def cpu_seconds(pid: int) -> float:
    """What the process has worked so far (proc(5), stat: utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
