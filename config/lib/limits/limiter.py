"""Draws from budgets: in Redis, by the atomic scripts of `limits`; while Redis is away, in this process."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol, TypeVar

from limits.storage import RedisStorage

from config.lib.errors import DomainError
from config.lib.limits.budgets import Budget
from config.lib.limits.local import LocalWindows
from config.lib.metrics import LIMIT_REFUSALS
from config.lib.redis import RedisServer, shared_redis

Answer = TypeVar("Answer")
_making = threading.Lock()


class Throttled(DomainError):
    code = "throttled"
    status = 429
    title = "Too many requests; try again in {retry_after_s} seconds."


@dataclass(frozen=True)
class Draw:
    """What is left of a budget; `resets_in_s` seconds from now a call that counts is forgotten (0: none counts)."""

    budget: Budget
    allowed: bool
    remaining: int
    resets_in_s: int


class Windows(Protocol):
    """What is used of a storage of `limits`. A window holds the calls of the last `expiry` seconds."""

    def acquire_entry(self, key: str, limit: int, expiry: int) -> bool: ...
    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]: ...
    def clear(self, key: str) -> None: ...


class Limiter:
    """Moving windows: never more than `limit` calls in any `window_s` seconds, whoever calls at the same moment."""

    def __init__(self, server: RedisServer) -> None:
        self._breaker = server.breaker
        self._shared = RedisStorage("redis://", connection_pool=server.client.connection_pool, key_prefix="limits")
        self._local = LocalWindows()

    def draw(self, budget: Budget, *, subject: str) -> Draw:
        """Count a call, if the budget allows it."""
        return self._ask(partial(draw_in, budget=budget, subject=subject))

    def peek(self, budget: Budget, *, subject: str) -> Draw:
        """What `draw` would say, without counting."""
        return self._ask(partial(peek_in, budget=budget, subject=subject))

    def forget(self, budget: Budget, *, subject: str) -> None:
        """Let the budget be as if nobody had drawn from it."""
        self._ask(lambda windows: windows.clear(key_of(budget, subject)))

    def _ask(self, question: Callable[[Windows], Answer]) -> Answer:
        return self._breaker.call(lambda: question(self._shared), otherwise=lambda: question(self._local))


def key_of(budget: Budget, subject: str) -> str:
    return f"{budget.name}:{subject}"


def draw_in(windows: Windows, *, budget: Budget, subject: str) -> Draw:
    allowed = windows.acquire_entry(key_of(budget, subject), budget.limit, budget.window_s)
    left = peek_in(windows, budget=budget, subject=subject)
    return Draw(budget, allowed, left.remaining, left.resets_in_s)


def peek_in(windows: Windows, *, budget: Budget, subject: str) -> Draw:
    oldest, counting = windows.get_moving_window(key_of(budget, subject), budget.limit, budget.window_s)
    remaining = budget.limit - counting
    # A call still counts at the very end of its window, so that the next whole second is the first safe one.
    resets_in_s = int(oldest + budget.window_s - time.time()) + 1 if counting else 0
    return Draw(budget, remaining > 0, remaining, max(0, resets_in_s))


def limiter() -> Limiter:
    """This process's limiter."""
    with _making:  # two of them would count apart while Redis is away
        return _limiter_of(shared_redis())


@cache
def _limiter_of(server: RedisServer) -> Limiter:
    return Limiter(server)


def draw(budget: Budget, *, subject: str) -> Draw:
    """Count a call of `subject`, if the budget allows it; the answer says whether."""
    return limiter().draw(budget, subject=subject)


def peek(budget: Budget, *, subject: str) -> Draw:
    """What is left to `subject`; costs nothing."""
    return limiter().peek(budget, subject=subject)


def refuse_beyond(drawn: Draw) -> None:
    """Raise Throttled unless the draw was allowed."""
    if not drawn.allowed:
        LIMIT_REFUSALS.labels(drawn.budget.name).inc()
        raise Throttled(retry_after_s=max(1, drawn.resets_in_s), budget=drawn.budget.name)
