"""Wall clock and CPU time of what runs inside a block, children included."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Cost:
    """Sums over all measured blocks; `sound` is how many seconds of sound they worked on."""

    wall: float = 0.0
    cpu: float = 0.0
    sound: float = 0.0

    @property
    def wall_multiple(self) -> float:
        """Seconds of sound a second."""
        return self.sound / self.wall

    @property
    def cpu_multiple(self) -> float:
        """Seconds of sound a second of CPU time."""
        return self.sound / self.cpu


def cpu_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


@contextmanager
def measured(cost: Cost, *, seconds: float) -> Iterator[None]:
    """Add what the block costs."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    yield
    cost.wall += time.perf_counter() - wall
    cost.cpu += cpu_seconds() - cpu
    cost.sound += seconds
