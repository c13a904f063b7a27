"""`python -m bench.audio.memory FILE`: send a file through both jobs, and print the peaks of memory, in MiB.

A process of its own: what a larger one has used before would be counted with it.
"""

import contextlib
import os
import sys
import tempfile
import threading
from pathlib import Path

from bench.audio.pipeline import both

LOOK_EVERY_S = 0.05


def peak_mebibytes(pid: int | str) -> float:
    """The most resident memory that a process has had (VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def watch_ffmpeg(peaks: list[float], *, done: threading.Event) -> None:
    """Note the peak of every ffmpeg below this process until done."""
    while not done.wait(LOOK_EVERY_S):
        for task in Path("/proc/self/task").iterdir():
            for child in (task / "children").read_text(encoding="ascii").split():
                with contextlib.suppress(OSError, StopIteration):
                    if "ffmpeg" in os.readlink(f"/proc/{child}/exe"):
                        peaks.append(peak_mebibytes(child))


def main(path: str) -> int:
    """Print both peaks: of this process, and of the largest ffmpeg."""
    peaks, done = [0.0], threading.Event()
    watcher = threading.Thread(target=watch_ffmpeg, args=(peaks,), kwargs={"done": done})
    watcher.start()
    with tempfile.TemporaryDirectory() as folder:
        both(Path(path), Path(folder))
    done.set()
    watcher.join()
    sys.stdout.write(f"{peak_mebibytes('self'):.0f} {max(peaks):.0f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
