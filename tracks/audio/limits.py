"""What a child process may use, and what a source may be."""

import math
from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one child process may use. Passing a limit ends the process, not the caller."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int = 1024 * MEBIBYTE
    file_bytes: int = 64 * MEBIBYTE
    open_files: int = 64


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
        known_ms = self.max_duration_ms if duration_ms is None else min(duration_ms, self.max_duration_ms)
        return (60 + known_ms / 8000) * self.time_scale

    def for_transcode(self, *, duration_ms: int | None) -> Limits:
        """Process limits of one transcode.

        CPU time counts every thread, so it is twice the wall clock. A file may grow to 320 kbit/s for as
        long as sound is allowed to last, because a header may promise less than it holds; that is twice
        what is written.
        """
        wall = self.transcode_seconds(duration_ms=duration_ms)
        return Limits(
            wall_seconds=wall,
            cpu_seconds=math.ceil(wall * 2),
            memory_bytes=self.memory_bytes,
            file_bytes=64 * MEBIBYTE + self.max_duration_ms * 40,
        )
