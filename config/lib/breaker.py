"""Asks a service that may be away, so that while it is away hardly anybody waits for it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from config.lib.metrics import BREAKERS

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Breaker:
    """Closed while the service answers. A failure opens it: for `pause_s` seconds nobody asks, all go the other way.

    Then it is half-open: one caller asks, the rest stay away for another `pause_s`; an answer closes it.
    One for each service and process; threads share it. `failure_count` says how often the service has failed.
    """

    def __init__(
        self,
        *,
        service: str,
        failures: tuple[type[Exception], ...],
        pause_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.service = service
        self.failures = failures
        self.pause_s = pause_s
        self.is_open = False
        self.failure_count = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._asks_again_at = 0.0

    def call(self, ask: Callable[[], Answer], *, otherwise: Callable[[], Answer]) -> Answer:
        """What `ask` returns, or what `otherwise` returns while the service is away. Other exceptions pass through."""
        if not self._may_ask():
            return otherwise()
        try:
            answer = ask()
        except self.failures as error:
            self._open(error)
            return otherwise()
        self._close()
        return answer

    @contextmanager
    def watching(self, *, otherwise: Callable[[], Exception]) -> Iterator[None]:
        """`call` for a block, whose failures are raised; while the service is away `otherwise()` is raised at once."""
        if not self._may_ask():
            raise otherwise()
        try:
            yield
        except self.failures as error:
            self._open(error)
            raise
        self._close()

    def _may_ask(self) -> bool:
        """True for everybody while closed, and for one caller in `pause_s` while open."""
        if not self.is_open:
            return True
        with self._lock:
            now = self._clock()
            if now < self._asks_again_at:
                return False
            self._asks_again_at = now + self.pause_s
            return True

    def _open(self, error: Exception) -> None:
        with self._lock:
            was_open, self.is_open = self.is_open, True
            self._asks_again_at = self._clock() + self.pause_s
            self.failure_count += 1
        if not was_open:
            BREAKERS.labels(self.service).set(1)
            logger.warning("service_away", extra={"service": self.service, "error": str(error)})

    def _close(self) -> None:
        if not self.is_open:
            return
        with self._lock:
            was_open, self.is_open = self.is_open, False
            self._asks_again_at = 0.0
        if was_open:
            BREAKERS.labels(self.service).set(0)
            logger.warning("service_back", extra={"service": self.service})
