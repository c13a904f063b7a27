"""How much one caller may ask of a process."""

from collections import Counter

from config.lib.realtime.closing import Close, Refused


class TokenBucket:
    """`burst` at once, then `per_s` a second."""

    def __init__(self, *, burst: int, per_s: float, now: float) -> None:
        self.burst = burst
        self.per_s = per_s
        self.left = float(burst)
        self.seen = now

    def take(self, now: float) -> bool:
        """Take one at this moment (seconds); False when there is none."""
        self.left = min(self.burst, self.left + (now - self.seen) * self.per_s)
        self.seen = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Doors:
    """How many sockets each caller has open in this process."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        self.open: Counter[str] = Counter()

    def enter(self, caller: str) -> None:
        """Count one more; raises Refused."""
        if self.open[caller] >= self.most:
            raise Refused(Close.TOO_FAST)
        self.open[caller] += 1

    def leave(self, caller: str) -> None:
        """Count one less."""
        self.open[caller] -= 1
        if not self.open[caller]:
            del self.open[caller]
