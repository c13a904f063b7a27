"""Small amounts, nothing drawn yet, and a Redis that a test may stop."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from config.embedded import processes, valkey
from config.embedded.places import Places
from config.embedded.valkey import Valkey
from config.env import cache, redis
from config.lib.redis import shared_redis


class FragileRedis:
    """A Redis of the test's own: it stops, freezes and comes back."""

    def __init__(self, server: Valkey) -> None:
        self.server = server

    def stop(self) -> None:
        self.server.stop()

    def start(self) -> None:
        self.server.start()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        pid = processes.pid_in(self.server.pid_file)
        if self.server.is_alive() and pid:
            os.kill(pid, number)


@pytest.fixture
def amounts(settings):
    """Sets amounts by name, the others stay far away; nobody has drawn anything."""
    client = shared_redis().client
    drawn = client.keys("limits:*")
    if drawn:
        client.delete(*drawn)

    def use(**changed: str) -> None:
        settings.RATE_LIMITS = settings.RATE_LIMITS | changed

    return use


@pytest.fixture
def patience_s() -> float:
    """Seconds that a call waits for the fragile Redis."""
    return 10


@pytest.fixture
def fragile_redis(settings, patience_s) -> Iterator[FragileRedis]:
    # Not pytest's folder: its path is nearly too long for a socket.
    with TemporaryDirectory(prefix="earshot-home-", ignore_cleanup_errors=True) as folder:
        places = Places(Path(folder))
        places.make()
        fragile = FragileRedis(Valkey(places, valkey.THROWAWAY))
        fragile.start()
        settings.CACHES = {"default": cache(redis(places.redis_url).cache, patience_s=patience_s)}
        yield fragile
        fragile.thaw()
        fragile.stop()
