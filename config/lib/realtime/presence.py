"""Who is here now, over all processes: a lease in Redis for each, which ends by itself where a process dies."""

import time
from collections.abc import Collection, Mapping
from uuid import uuid4

import redis.asyncio

PATIENCE_S = 0.5
LEASE_S = 10.0

# Times are Redis' own, so that no clock of a process matters. A member is `who process`: somebody who is here by two
# processes counts once, and one of them that leaves does not take them away.
PRESENT = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local process, lease, coming = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
for n = 4, 3 + coming do redis.call('ZADD', KEYS[1], now + lease, ARGV[n] .. ' ' .. process) end
for n = 4 + coming, #ARGV do redis.call('ZREM', KEYS[1], ARGV[n] .. ' ' .. process) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('PEXPIRE', KEYS[1], lease)
local seen, count = {}, 0
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local who = string.match(member, '^%S+')
    if not seen[who] then seen[who], count = true, count + 1 end
end
return count
"""


class Presence:
    """This process' share, and the sum of all.

    lease_s: so long somebody counts whose process said nothing more; it is renewed three times in that time.
    """

    def __init__(self, url: str, *, lease_s: float = LEASE_S) -> None:
        self.client = redis.asyncio.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)
        self.script = self.client.register_script(PRESENT)
        self.process = uuid4().hex
        self.lease_s = lease_s
        self.told: dict[str, frozenset[str]] = {}
        self.renew_at: dict[str, float] = {}

    async def count(self, here: Mapping[str, Collection[str]]) -> dict[str, int]:
        """How many different ones are in each of these places, `here` being those who are there by this process.

        Whoever was there before and is not named any more has left. Raises RedisError and OSError.
        """
        now, places = time.monotonic(), list({*here, *self.told})
        renewed = {place for place in places if now >= self.renew_at.get(place, 0.0)}
        async with self.client.pipeline(transaction=False) as pipeline:
            for place in places:
                stay, before = frozenset(here.get(place, ())), self.told.get(place, frozenset())
                coming = stay if place in renewed else stay - before
                arguments: list[str | int] = [
                    self.process,
                    int(self.lease_s * 1000),
                    len(coming),
                    *coming,
                    *(before - stay),
                ]
                await self.script(keys=[place], args=arguments, client=pipeline)
            counts = await pipeline.execute() if places else []
        self.told = {place: frozenset(who) for place, who in here.items()}
        due = now + self.lease_s / 3
        self.renew_at = {place: due if place in renewed else self.renew_at[place] for place in here}
        return {place: int(count) for place, count in zip(places, counts, strict=True) if place in here}

    async def leave(self) -> None:
        """Nobody is here by this process any more. Raises RedisError and OSError."""
        await self.count({})
        await self.client.aclose()
