"""Processes that outlived the one that started them, found by a mark in their environment (Linux).

A process group is not enough: ffmpeg runs in a group of its own, so that a hung one can be ended alone.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MARK = "EARSHOT_CHILD"
"""Children inherit the variable, and their children too."""

PATIENCE = 2.0
"""Seconds for the kernel to end what was sent SIGKILL."""


def mark(home: Path, name: str = "", number: int = 0) -> str:
    """The mark of one start of one program of a home. Without a name: how all marks of the home begin."""
    return f"{home}|{name}|{number}|" if name else f"{home}|"


def marked(beginning: str) -> list[int]:
    """The processes of this user whose mark begins so, this one excepted."""
    wanted = f"{MARK}={beginning}".encode()
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if any(entry.startswith(wanted) for entry in environ.read_bytes().split(b"\0")):
                found.append(int(environ.parent.name))
    return [pid for pid in found if pid != os.getpid()]


def end_marked(beginning: str) -> None:
    """Kill them, and those that they started meanwhile, until none is left."""
    deadline = time.monotonic() + PATIENCE
    while (pids := marked(beginning)) and time.monotonic() < deadline:
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
