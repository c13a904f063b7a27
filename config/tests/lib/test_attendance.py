"""Who is here: noted while their socket is open, for a while after it, and by nobody's mistake for ever."""

import asyncio
from types import SimpleNamespace

import pytest
from redis.exceptions import RedisError

from config.lib.realtime import attendance
from config.lib.realtime.attendance import Attendance, here_among

SOMEBODY, NOBODY, STAYING = 9_000_000_001, 9_000_000_002, 9_000_000_003


def test_whoever_is_noted_is_here():
    async def note() -> None:
        keeper = Attendance(SimpleNamespace(sockets=[]))
        await keeper.note([SOMEBODY])
        await keeper.client.aclose()

    asyncio.run(note())
    assert here_among([NOBODY, SOMEBODY]) == [SOMEBODY]
    assert here_among([]) == []


def test_whoever_stays_is_noted_again_and_again(monkeypatch):
    monkeypatch.setattr(attendance, "RENEW_EVERY_S", 0.01)
    stays = SimpleNamespace(session=SimpleNamespace(user=SimpleNamespace(pk=STAYING)))
    unknown = SimpleNamespace(session=None)

    async def seen_again() -> None:
        keeper = Attendance(SimpleNamespace(sockets=[stays, unknown]))
        [job] = keeper.jobs()
        task = asyncio.create_task(job())
        try:
            async with asyncio.timeout(20):
                for _ in range(2):
                    await keeper.client.zrem(attendance.KEY, STAYING)
                    while await keeper.client.zscore(attendance.KEY, STAYING) is None:
                        await asyncio.sleep(0.01)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await keeper.client.aclose()

    asyncio.run(seen_again())
    assert here_among([STAYING]) == [STAYING]


def test_whose_time_is_over_is_not_here(monkeypatch):
    monkeypatch.setattr(attendance, "LEASE_S", -1.0)

    async def note() -> None:
        keeper = Attendance(SimpleNamespace(sockets=[]))
        await keeper.note([NOBODY])
        await keeper.note([])
        await keeper.client.aclose()

    asyncio.run(note())
    assert here_among([NOBODY]) == []


def test_without_redis_sockets_go_on_and_whoever_tells_tries_again(settings, caplog):
    settings.REALTIME_URL = "redis://127.0.0.1:1/0"

    async def note() -> None:
        keeper = Attendance(SimpleNamespace(sockets=[]))
        await keeper.note([SOMEBODY])
        await keeper.client.aclose()

    asyncio.run(note())
    assert [record.message for record in caplog.records] == ["attendance_is_not_noted"]
    with pytest.raises(RedisError):
        here_among([SOMEBODY])
