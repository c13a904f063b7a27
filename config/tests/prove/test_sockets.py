"""Sockets of a whole running Earshot: whoever drops, and whatever is killed or flushed, no frame is missed."""

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import redis
from django.conf import settings
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from config.tests.prove.house import House

pytestmark = pytest.mark.slow

FRAMES, AWAY_S = 200, 30
# Runs in a process of its own: the events of two hundred tracks that get ready, over half a minute.
EMIT = """
import sys, time, django; django.setup()
from django.db import transaction
from config.lib.events import emit
from tracks.events import TrackReady
owner_id, count, seconds = map(int, sys.argv[1:])
for number in range(count):
    with transaction.atomic():
        emit(TrackReady(track_id=number, owner_id=owner_id))
    time.sleep(0.9 * seconds / count)
"""


def sockets_of(house: House, client, cursor: str, tickets: list[str]) -> Iterator[dict]:
    """The frames after the cursor, over as many sockets as it takes; each is opened with a ticket of its own."""
    while True:
        try:
            ticket = client.post("auth/socket-ticket/").raise_for_status().json()["ticket"]
            tickets.append(ticket)
            address = f"{house.url.replace('http', 'ws')}/ws/v1/me/?ticket={ticket}&since={cursor}"
            with connect(address, open_timeout=10) as socket:
                for text in socket:
                    frame = json.loads(text)
                    cursor = frame.get("cursor", cursor)
                    yield frame
        except (OSError, WebSocketException, httpx.HTTPError):
            time.sleep(0.2)  # the server is away


def announced(frames: Iterator[dict]) -> list[int]:
    """The tracks of as many announcements as there are."""
    ready = (frame["track_id"] for frame in frames if frame["type"] == "track_processing")
    return list(itertools.islice(ready, FRAMES))


def test_who_drops_for_half_a_minute_hears_exactly_what_passed(house):
    owner = house.join("owner")
    [(owner_id,)] = house.rows("SELECT id FROM accounts_user WHERE username = 'owner'")
    tickets: list[str] = []
    hello = next(sockets_of(house, owner, owner.get("live/").json()["cursor"], tickets))
    cursor = hello["cursor"]  # and here the socket drops
    stayed: list[int] = []

    def stay() -> None:
        stayed.extend(announced(sockets_of(house, owner, cursor, tickets)))

    staying = threading.Thread(target=stay, daemon=True)
    staying.start()
    dropped_at = time.monotonic()
    emitter = subprocess.Popen(
        [sys.executable, "-c", EMIT, str(owner_id), str(FRAMES), str(AWAY_S)],
        cwd=settings.BASE_DIR,
        env=house.environment(),
    )

    time.sleep(AWAY_S / 3)
    [web] = house.pids("uvicorn")
    os.kill(web, signal.SIGKILL)
    time.sleep(AWAY_S / 3)
    redis.Redis(unix_socket_path=str(house.places.sockets / "valkey.sock")).flushall()
    assert emitter.wait(timeout=120) == 0
    time.sleep(max(0.0, dropped_at + AWAY_S - time.monotonic()))

    away_s, begun = time.monotonic() - dropped_at, time.monotonic()
    heard = announced(sockets_of(house, owner, cursor, tickets))
    took = time.monotonic() - begun
    staying.join(timeout=60)
    print(f"away for {away_s:.1f} s, {len(heard)} frames replayed in {took * 1000:.0f} ms")  # noqa: T201 -- the figure belongs to the proof
    assert heard == list(range(FRAMES))
    assert stayed == list(range(FRAMES)), "who came back at once after the kill heard the same"
    answer = owner.get("live/", params={"since": cursor}).json()
    assert [frame["track_id"] for frame in answer["results"]] == heard
    assert house.pids("uvicorn") != [web]
    log = house.log.read_text()
    assert "socket_opened" in log
    assert [ticket for ticket in tickets if ticket in log] == []
