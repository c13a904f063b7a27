"""Looks at what jobs take while they run: memory of their programs, room in their folders."""

import os
import re
import threading
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

from config.tests.prove.house import peak_memory

LOOK_SECONDS = 0.05


class JobWatch:
    """Samples from entry to exit. `memory` and `disk`: bytes at most, by the id of the sound.

    A file that storage has linked into the job's folder takes no room and is not counted.
    """

    def __init__(self, folder: Path) -> None:
        self.memory: dict[int, int] = defaultdict(int)
        self.disk: dict[int, int] = defaultdict(int)
        self._folder = folder
        self._job = re.compile(re.escape(f"{folder}/sound-").encode() + rb"(\d+)-")  # of this house, not of another
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> "JobWatch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(60)

    def _look(self) -> None:
        while not self._ends.wait(LOOK_SECONDS):
            for process in Path("/proc").iterdir():
                if process.name.isdigit():
                    with suppress(OSError, StopIteration):
                        self._weigh(int(process.name))
            for job in self._folder.glob("sound-*"):
                number = int(job.name.split("-")[1])
                self.disk[number] = max(self.disk[number], room_of(job))

    def _weigh(self, pid: int) -> None:
        if found := self._job.search(Path(f"/proc/{pid}/cmdline").read_bytes()):
            number = int(found[1])
            self.memory[number] = max(self.memory[number], peak_memory(pid))


def room_of(folder: Path) -> int:
    """Bytes of the files below the folder that have no other name."""
    total = 0
    for place, _, names in os.walk(folder):  # which passes over what is gone by now
        for name in names:
            with suppress(FileNotFoundError):
                told = Path(place, name).lstat()
                total += told.st_size if told.st_nlink == 1 else 0
    return total
