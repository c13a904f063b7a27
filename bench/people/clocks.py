"""How long requests take, and how much of that the database does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from django.db import connection

WARM_UP, TIMES = 20, 200


@dataclass
class Timings:
    """Milliseconds of each request, and of all its queries together; `queries` of the last one, with their values."""

    whole: list[float] = field(default_factory=list)
    sql: list[float] = field(default_factory=list)
    queries: list[tuple[str, Any]] = field(default_factory=list)

    def row(self) -> str:
        """p50 and p95 of both, as cells of a table."""
        cells = [f"{percentile(times, n):.2f}" for times in (self.sql, self.whole) for n in (50, 95)]
        return " | ".join([str(len(self.queries)), *cells])


def percentile(times: list[float], n: int) -> float:
    """The n-th of a hundred."""
    return quantiles(times, n=100, method="inclusive")[n - 1]


@contextmanager
def watched(timings: Timings) -> Iterator[None]:
    """Adds the queries of the block to the timings."""
    timings.queries = []
    timings.sql.append(0.0)

    def execute(go_on: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's
        begun = time.perf_counter()
        try:
            return go_on(sql, params, many, context)
        finally:
            timings.sql[-1] += 1000 * (time.perf_counter() - begun)
            timings.queries.append((sql, params))

    with connection.execute_wrapper(execute):
        yield


def measure(act: Callable[[int], Any]) -> Timings:
    """Act again and again, with the number of the turn; the first ones are not counted."""
    timings = Timings()
    for turn in range(WARM_UP + TIMES):
        begun = time.perf_counter()
        with watched(timings):
            act(turn)
        timings.whole.append(1000 * (time.perf_counter() - begun))
    del timings.whole[:WARM_UP], timings.sql[:WARM_UP]
    return timings


def ask_nothing(_: int) -> None:
    """What the database takes to answer at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
