"""Who has a socket open by any process, or had one a moment ago: for whoever has something to tell to many, and wants
to tell it to those alone who hear it. A hint: what must not be missed is told to everybody."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, cast

import redis
import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from config.lib.realtime.process import Realtime

logger = logging.getLogger("earshot.socket")

KEY = "earshot.here"
PATIENCE_S = 0.5
# Whoever comes back within this time finds in the log what they missed meanwhile.
LEASE_S = 120.0
RENEW_EVERY_S = 10.0

# By Redis' own clock; member: the id of a person, score: until when they count.
NOTE = """
local now = redis.call('TIME')[1]
for n = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[n]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return 0
"""


class Attendance:
    """Notes who is here by this process; nobody is taken out, their time ends."""

    def __init__(self, realtime: Realtime) -> None:
        self.realtime = realtime
        self.client = redis.asyncio.Redis.from_url(
            settings.REALTIME_URL, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S
        )
        self.script = self.client.register_script(NOTE)

    def jobs(self) -> list[Callable[[], Awaitable[None]]]:
        """What runs beside the sockets."""
        return [self.keep]

    async def keep(self) -> None:
        """Note again everybody who is still here, until the process ends."""
        try:
            while True:
                await asyncio.sleep(RENEW_EVERY_S)
                await self.note({socket.session.user.pk for socket in self.realtime.sockets if socket.session})
        finally:
            await self.client.aclose()

    async def note(self, people: Collection[int]) -> None:
        """They are here. While Redis is away nobody is noted, and the next round tries again."""
        if not people:
            return
        try:
            await self.script(keys=[KEY], args=[LEASE_S, *people])
        except (RedisError, OSError) as error:
            logger.warning("attendance_is_not_noted", extra={"error": str(error)})


def here_among(people: Sequence[int]) -> list[int]:
    """Those of these people who are here. Raises RedisError and OSError."""
    if not people:
        return []
    options: dict[str, Any] = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S}
    with redis.Redis.from_url(settings.REALTIME_URL, **options) as client:
        (now, _), until = client.time(), cast("list[float | None]", client.zmscore(KEY, [str(id_) for id_ in people]))
    return [id_ for id_, end in zip(people, until, strict=True) if end is not None and end > now]
