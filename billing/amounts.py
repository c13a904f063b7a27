"""What a quota counts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amount:
    """Sound as a quota counts it: the bytes of the original, and its duration in ms. Differences may be negative."""

    bytes: int = 0
    duration_ms: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.bytes + other.bytes, self.duration_ms + other.duration_ms)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.bytes - other.bytes, self.duration_ms - other.duration_ms)


NOTHING = Amount()
