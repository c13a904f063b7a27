"""What a child process may use."""

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one child process may use. Passing a limit ends the process, not the caller.

    `file_bytes` is the most of one file, `disk_bytes` of all that it writes.
    """

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int = 1024 * MEBIBYTE
    file_bytes: int = 64 * MEBIBYTE
    disk_bytes: int = 128 * MEBIBYTE
    open_files: int = 64
