"""When a child that died is started again."""

from dataclasses import dataclass

HEALTHY_AFTER = 60.0
"""Seconds of life after which earlier deaths are forgotten."""

STILLBORN_WITHIN = 5.0
PATIENCE = 5
"""So many deaths in a row, each in its first seconds, mean that it cannot work."""


@dataclass
class Backoff:
    """The deaths of one program, and the pauses that follow: 1, 2, 4 … 30 seconds."""

    first_pause: float = 1.0
    longest_pause: float = 30.0
    deaths: int = 0
    stillborn: int = 0

    def pause_after(self, lived: float) -> float | None:
        """Seconds to wait after a life of `lived` seconds; `None` means: give up."""
        self.deaths = 1 if lived >= HEALTHY_AFTER else self.deaths + 1
        self.stillborn = self.stillborn + 1 if lived < STILLBORN_WITHIN else 0
        if self.stillborn >= PATIENCE:
            return None
        return min(self.first_pause * 2.0 ** (self.deaths - 1), self.longest_pause)
