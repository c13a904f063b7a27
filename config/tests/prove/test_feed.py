"""Feeds: five hundred random worlds beside the oracle, and on a running Earshot three hundred followers who listen
while somebody publishes before twelve thousand."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import transaction
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from config.tests.prove.house import House
from discovery.tests.test_worlds import small
from discovery.tests.worlds import World

pytestmark = pytest.mark.slow

WORLDS = 500
SOCKETS, FOLLOWERS, OPENING_AT_ONCE, WITHIN_S = 300, 12_000, 20, 1.0
TIMES = 40
# Runs in a process of its own: the author, somebody whom nobody follows, and the followers; tokens of those who listen,
# who stand anywhere among the others.
FILL = """
import sys, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from accounts.models import User, UserCounts
from accounts.services.sessions import Device, open_session
from social.models import Follow
listeners, followers, at = int(sys.argv[1]), int(sys.argv[2]), timezone.now()
def people(word, count):
    rows = User.objects.bulk_create(
        [User(username=f"{word}-{n}", email=f"{word}-{n}@example.org", created_at=at, verified_at=at)
         for n in range(count)], batch_size=1000)
    UserCounts.objects.bulk_create([UserCounts(user=row) for row in rows], batch_size=1000)
    return rows
author, _ = people("author", 2)
crowd = people("follower", followers)
Follow.objects.bulk_create(
    [Follow(follower=row, followed=author, created_at=at - timedelta(seconds=n)) for n, row in enumerate(crowd)],
    batch_size=1000)
for row in crowd[:: followers // listeners][:listeners]:
    print(open_session(user=row, device=Device(user_agent="prove", address="127.0.0.1"), at=at).access)
"""
PUBLISH = """
import sys, time, django; django.setup()
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from engagement.posts.services import publish_post
at, count = timezone.now(), int(sys.argv[2])
for number in range(count):
    for name in sys.argv[3:]:
        author = User.objects.get_queryset().get(username=name)
        begun = time.perf_counter()
        post = publish_post(author=author, body=f"{sys.argv[1]} {number}", at=at + timedelta(hours=number))
        print(name, post.pk, time.time(), 1000 * (time.perf_counter() - begun))
"""


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


def test_five_hundred_random_worlds_have_the_feeds_of_the_oracle(monkeypatch, db):
    for seed in range(1_000, 1_000 + WORLDS):
        small(monkeypatch, seed)
        with transaction.atomic():
            world = World.made(seed)
            assert list(world.mind(viewers=2)) == [], seed
            world.shake()
            assert list(world.mind(viewers=2)) == [], (seed, "shaken")
            transaction.set_rollback(True)
    tell(f"{WORLDS} worlds, each before and after it was shaken")


@pytest.fixture
def house(tmp_path):
    with House(tmp_path / "home", {"SOCKETS_PER_CALLER": "1000"}) as running:
        yield running


@dataclass
class Crowd:
    """What each socket has heard of posts: their id, and when."""

    heard: list[list[tuple[int, float]]] = field(default_factory=list)
    ready: threading.Event = field(default_factory=threading.Event)

    async def come(self, address: str, tokens: list[str]) -> None:
        """Open all, and listen."""
        gate = asyncio.Semaphore(OPENING_AT_ONCE)

        async def opened(token: str) -> ClientConnection:
            async with gate:
                headers = {"Authorization": f"Bearer {token}"}
                connection = await connect(address, additional_headers=headers, open_timeout=60, compression=None)
                assert json.loads(await connection.recv())["type"] == "hello"
                return connection

        connections = await asyncio.gather(*map(opened, tokens))
        self.heard = [[] for _ in connections]
        self.ready.set()
        await asyncio.gather(*(self.listen(each, heard) for each, heard in zip(connections, self.heard, strict=True)))

    async def listen(self, connection: ClientConnection, heard: list[tuple[int, float]]) -> None:
        with suppress(ConnectionClosed):  # the house goes down before its listeners
            async for text in connection:
                frame = json.loads(text)
                if frame["type"] == "feed_item":
                    heard.append((frame["item"]["post"]["id"], time.time()))


def run(house: House, program: str, *words: object) -> list[str]:
    """The lines that it prints."""
    command = [sys.executable, "-c", program, *map(str, words)]
    ended = subprocess.run(
        command, cwd=settings.BASE_DIR, env=house.environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return ended.stdout.splitlines()


def test_three_hundred_followers_hear_at_once_each_once_and_again_when_the_worker_dies(house):
    tokens = run(house, FILL, SOCKETS, FOLLOWERS)
    crowd = Crowd()
    address = f"{house.url.replace('http', 'ws')}/ws/v1/me/"
    threading.Thread(target=lambda: asyncio.run(crowd.come(address, tokens)), daemon=True).start()
    assert crowd.ready.wait(timeout=120)

    def all_heard(post_id: int) -> bool:
        return all(post_id in [heard for heard, _ in each] for each in crowd.heard)

    run(house, PUBLISH, "warming", 1, "author-0")
    [line] = run(house, PUBLISH, "first", 1, "author-0")
    _, first, at, _ = line.split()
    house.wait_until(lambda: all_heard(int(first)), seconds=60)
    late = sorted(when - float(at) for each in crowd.heard for heard, when in each if heard == int(first))
    tell(f"{len(late)} frames, the median {late[len(late) // 2]:.2f} s, the last {late[-1]:.2f} s after the publishing")

    house.arm("feed_portion", fraction=1.0)
    [line] = run(house, PUBLISH, "second", 1, "author-0")
    second = int(line.split()[1])
    took = house.wait_until(lambda: all_heard(second), seconds=180)
    tell(f"the worker died in the second portion; all had heard {took:.1f} s later")
    assert house.death_at("feed_portion")
    for each in crowd.heard:
        ids = [heard for heard, _ in each]
        assert len(ids) == len(set(ids)) >= 2, "each once"

    took_ms: dict[str, list[float]] = {"author-0": [], "author-1": []}
    for line in run(house, PUBLISH, "timed", TIMES, *took_ms):
        name, _, _, ms = line.split()
        took_ms[name].append(float(ms))
    many, none = (sorted(times)[TIMES // 2] for times in took_ms.values())
    tell(f"publishing before {FOLLOWERS} followers {many:.1f} ms, before none {none:.1f} ms")
    assert many < 2 * none
    assert late[-1] <= WITHIN_S
