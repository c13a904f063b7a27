"""The Redis that requests ask: short patience, and one breaker for all that ask it."""

import threading
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from redis import ConnectionPool, Redis
from redis.exceptions import RedisError

from config.lib.breaker import Breaker

PAUSE_S = 2.0
CONNECTIONS = 1024
"""More than a process has threads: a pool that runs out would look like a Redis that is away."""

_making = threading.Lock()


@dataclass(frozen=True)
class RedisServer:
    """A client and its breaker. In a request: `server.breaker.call(lambda: server.client.…, otherwise=…)`."""

    client: Redis
    breaker: Breaker


def shared_redis() -> RedisServer:
    """This process's way to the Redis of the cache, the limits and live messages; to name it asks nothing.

    A call waits as long as the cache's options say, to connect and for its answer, and is never made twice.
    """
    here = settings.CACHES["default"]
    with _making:  # two breakers for one server would each have to learn that it is away
        return _redis_at(here["LOCATION"], patience_s=here["OPTIONS"]["socket_timeout"])


@cache
def _redis_at(address: str, *, patience_s: float) -> RedisServer:
    pool = ConnectionPool.from_url(
        address, socket_timeout=patience_s, socket_connect_timeout=patience_s, max_connections=CONNECTIONS
    )
    breaker = Breaker(service="redis", failures=(RedisError, OSError), pause_s=PAUSE_S)
    return RedisServer(client=Redis(connection_pool=pool), breaker=breaker)
