"""Small disks that can be filled: a tmpfs where this user may mount one, else a storage that knows a quota."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.places import Places

MEBIBYTE = 1024**2
SIZE = 700 * MEBIBYTE
FILLER = "filler"
LARGEST_PIECE, SMALLEST_PIECE = 64 * MEBIBYTE, 4096


class SmallDisk:
    """A mounted tmpfs; `fill` leaves no byte, `free` gives all of it back."""

    kind = "a tmpfs of 700 MiB"
    settings = "config.settings.dev"

    def __init__(self, folder: Path) -> None:
        self.filler = folder / FILLER

    def fill(self) -> None:
        """Take all there is, piece by piece, and for some seconds what those give back who notice."""
        for _ in range(5):
            piece = LARGEST_PIECE
            while piece >= SMALLEST_PIECE:
                if not self.take(piece):
                    piece //= 2
            time.sleep(1)

    def take(self, size: int) -> bool:
        """So many bytes more, or False where there are not as many."""
        try:
            with self.filler.open("ab") as file:
                os.posix_fallocate(file.fileno(), file.tell(), size)
        except OSError:
            return False
        return True

    def free(self) -> None:
        self.filler.unlink(missing_ok=True)


class Quota(SmallDisk):
    """The storage takes nothing while the mark lies there: config/tests/prove/quota_settings.py."""

    kind = "a storage with a quota (nothing can be mounted here)"
    settings = "config.tests.prove.quota_settings"

    def fill(self) -> None:
        self.filler.touch()


@contextmanager
def small_disk(home: Path, name: str) -> Iterator[SmallDisk]:
    """A disk of its own below the folder `media` or `tmp` of a home that is not used yet."""
    places = Places(home)
    places.make()
    folder: Path = getattr(places, name)
    mount = [
        shutil.which("mount") or "mount",
        "-t",
        "tmpfs",
        "-o",
        f"size={SIZE},mode=0700",
        "earshot-proof",
        str(folder),
    ]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield Quota(home)
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run([shutil.which("umount"), "--lazy", str(folder)], check=True)
