"""What no kernel limit bounds is looked at while a program runs: its time, and all that it has written."""

import contextlib
import os
import time
from pathlib import Path

from config.lib.sandbox.errors import TOO_LARGE, TOOK_TOO_LONG, ProgramFailed
from config.lib.sandbox.limits import Limits

LOOK_SECONDS = 0.5
# What a file costs at least, so that a million empty ones cost something too.
LEAST_BYTES = 4096


class Bounds:
    """The time and the room of one program that works in one folder; both are counted from now on."""

    def __init__(self, *, limits: Limits, workdir: Path) -> None:
        self._deadline = time.monotonic() + limits.wall_seconds
        self._workdir = workdir
        self._most_bytes = disk_bytes(workdir) + limits.disk_bytes
        self._next_look = 0.0

    def patience(self) -> float:
        """Seconds until the next look."""
        return max(0.0, min(LOOK_SECONDS, self._deadline - time.monotonic()))

    def check(self) -> None:
        """Raise ProgramFailed(TOOK_TOO_LONG or TOO_LARGE) where the program is past its bounds."""
        now = time.monotonic()
        if now >= self._deadline:
            raise ProgramFailed(TOOK_TOO_LONG)
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self.check_room()

    def check_room(self) -> None:
        """Raise ProgramFailed(TOO_LARGE) where the program has written too much."""
        if disk_bytes(self._workdir) > self._most_bytes:
            raise ProgramFailed(TOO_LARGE)


def disk_bytes(folder: Path) -> int:
    """What all files below the folder take of the disk, at least 4 KiB each; what goes just now does not count."""
    total = 0
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                total += max(LEAST_BYTES, entry.stat(follow_symlinks=False).st_blocks * 512)
                if entry.is_dir(follow_symlinks=False):
                    total += disk_bytes(Path(entry.path))
    return total
