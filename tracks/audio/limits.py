"""What a source may be, and how much its work may take."""

import math
from dataclasses import dataclass

from config.lib.sandbox.limits import MEBIBYTE, Limits

GIGABYTE = 1000**3
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, kw_only=True)
class SourceLimits:
    """What a source may be and how long its work may take.

    `time_scale` stretches the time limit on slow machines; `max_decode_error_rate` is the share of
    packets (0..1) that may fail to decode before the file counts as damaged.
    """

    max_duration_ms: int = DAY_MS
    max_channels: int = 8
    min_sample_rate_hz: int = 8_000
    max_sample_rate_hz: int = 192_000
    max_decode_error_rate: float = 0.1
    time_scale: float = 1.0
    memory_bytes: int = 1024 * MEBIBYTE

    def transcode_seconds(self, *, duration_ms: int | None) -> float:
        """Wall-clock seconds for one transcode: (60 s + duration / 8) * time_scale; unknown = the longest
        allowed.
        """
        return (60 + self.known_ms(duration_ms) / 8000) * self.time_scale

    def for_transcode(self, *, duration_ms: int | None, source_bytes: int) -> Limits:
        """Process limits of one transcode.

        CPU time counts every thread, so it is twice the wall clock. All outputs together may take a gigabyte, three
        times what came in, and 320 kbit/s for as long as the sound is said to last: a header may promise less than it
        holds.
        """
        wall = self.transcode_seconds(duration_ms=duration_ms)
        room = GIGABYTE + 3 * source_bytes + self.known_ms(duration_ms) * 40
        return Limits(
            wall_seconds=wall,
            cpu_seconds=math.ceil(wall * 2),
            memory_bytes=self.memory_bytes,
            file_bytes=room,
            disk_bytes=room,
        )

    def known_ms(self, duration_ms: int | None) -> int:
        """The length that is reckoned with: what is unknown or longer than allowed counts as the longest allowed."""
        return self.max_duration_ms if duration_ms is None else min(duration_ms, self.max_duration_ms)
