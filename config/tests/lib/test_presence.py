"""Who is here now: over several processes, and when one of them dies without a word."""

import asyncio

import pytest
import redis
from django.conf import settings

from config.lib.realtime.presence import Presence

ROOM, OTHER = "test.presence.room", "test.presence.other"


@pytest.fixture(autouse=True)
def empty():
    client = redis.Redis.from_url(settings.REALTIME_URL)
    client.delete(ROOM, OTHER)
    yield client
    client.delete(ROOM, OTHER)
    client.close()


def run(scene, **options):
    """Play a scene with two processes."""

    async def play():
        one, two = (Presence(settings.REALTIME_URL, **options) for _ in "ab")
        try:
            return await scene(one, two)
        finally:
            await one.leave()
            await two.leave()

    return asyncio.run(play())


def test_all_processes_see_the_sum_and_a_person_counts_once():
    async def scene(one, two):
        first = await one.count({ROOM: {"fan", "owner"}, OTHER: {"fan"}})
        second = await two.count({ROOM: {"fan", "stranger"}})
        return first, second, await one.count({ROOM: {"owner"}})

    assert run(scene) == ({ROOM: 2, OTHER: 1}, {ROOM: 3}, {ROOM: 3})


def test_who_leaves_is_gone_at_once():
    async def scene(one, two):
        await one.count({ROOM: {"fan"}})
        await two.count({ROOM: {"owner"}})
        await two.count({})
        alone = await one.count({ROOM: {"fan"}})
        await one.leave()
        return alone, await two.count({ROOM: {"owner"}})

    assert run(scene) == ({ROOM: 1}, {ROOM: 1})


def test_a_process_that_dies_takes_its_people_along_when_its_lease_is_over(empty):
    async def scene(one, two):
        await two.count({ROOM: {"owner"}})  # and is never heard of again
        two.told = {}
        before = await one.count({ROOM: {"fan"}})
        for _ in range(8):
            await asyncio.sleep(0.1)
            after = await one.count({ROOM: {"fan"}})
        return before, after

    assert run(scene, lease_s=0.6) == ({ROOM: 2}, {ROOM: 1})


def test_nothing_is_left_of_a_place_that_nobody_gives_back(empty):
    async def come_and_die() -> None:
        presence = Presence(settings.REALTIME_URL, lease_s=0.1)
        await presence.count({ROOM: {"fan"}})
        await presence.client.aclose()

    asyncio.run(come_and_die())
    assert 0 < empty.pttl(ROOM) <= 100


def test_after_redis_was_emptied_everybody_counts_again(empty):
    async def scene(one, _):
        await one.count({ROOM: {"fan"}})
        empty.delete(ROOM)
        await asyncio.sleep(0.35)
        return await one.count({ROOM: {"fan"}})

    assert run(scene, lease_s=0.9) == {ROOM: 1}
