"""The bytes of an upload that have come so far: a file whose length is the offset, with one writer at a time.

The file lies below MEDIA_ROOT, so that it becomes a stored object by being renamed. Beside it may lie `<key>.wanted`
(somebody waits for it: its holder lets go) and `<key>.checked` (a piece is being written whose checksum is not known
yet: the length before it). Locks are the kernel's: they end with the process that held them.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from config.lib.errors import DomainError

FOLDER = "uploads"
WANTED, CHECKED = ".wanted", ".checked"
# How long whoever wants a file waits for its holder to let go, and how often both look.
PATIENCE_S = 20.0
LOOK_EVERY_S = 0.05


class PartGone(Exception):
    """There is no such file: its upload is complete, or over."""


class UploadLocked(DomainError):
    code = "upload_locked"
    status = 423
    title = "Another request is writing to this upload and did not stop in time; try again."


def folder() -> Path:
    """Where all of them lie."""
    return Path(settings.MEDIA_ROOT) / FOLDER


def path_of(key: str) -> Path:
    """The file of an upload."""
    return folder() / key


def create_part(key: str) -> None:
    """An empty file; raises FileExistsError."""
    folder().mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
    os.close(os.open(path_of(key), os.O_CREAT | os.O_EXCL | os.O_WRONLY, settings.FILE_UPLOAD_PERMISSIONS))


def remove_part(key: str) -> None:
    """Remove the file and what lies beside it; an absent one is fine."""
    for ending in ("", WANTED, CHECKED):
        path_of(key + ending).unlink(missing_ok=True)


class HeldPart:
    """The file of an upload in the hands of its only writer."""

    def __init__(self, key: str, descriptor: int) -> None:
        self.key = key
        self.path = path_of(key)
        self.descriptor = descriptor
        self.wanted = path_of(key + WANTED)
        self.checked = path_of(key + CHECKED)

    def length(self) -> int:
        """How many bytes there are: the offset."""
        return os.fstat(self.descriptor).st_size

    def append(self, data: bytes) -> None:
        """Write at the end; on a full disk OSError, and what was written stays."""
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]

    def sync(self) -> int:
        """Bring all bytes to the disk; how many that are. No offset is told that a power cut could take back."""
        os.fsync(self.descriptor)
        return self.length()

    def changed_at(self) -> float:
        """When the last byte came, in seconds since 1970."""
        return os.fstat(self.descriptor).st_mtime

    def is_wanted(self) -> bool:
        """Whether somebody else waits for this file."""
        return self.wanted.exists()

    def digest(self, algorithm: str, *, start: int) -> bytes:
        """The digest of the bytes from `start` to the end, by an algorithm that hashlib knows."""
        with self.path.open("rb") as file:
            file.seek(start)
            return hashlib.file_digest(file, algorithm).digest()

    def begin_checked(self) -> None:
        """What is appended from here on counts only after `keep_checked`, even if this process is killed."""
        self.checked.write_text(str(self.length()))

    def keep_checked(self) -> None:
        """The piece is what its sender meant."""
        self.sync()
        self.checked.unlink()

    def drop_checked(self) -> None:
        """Take back a piece that was begun and not kept; without one nothing happens."""
        with suppress(FileNotFoundError, ValueError):
            os.truncate(self.descriptor, int(self.checked.read_text()))
        self.checked.unlink(missing_ok=True)

    def let_go(self) -> None:
        """Let somebody else write. A piece whose checksum was not confirmed goes."""
        try:
            self.drop_checked()
        finally:
            os.close(self.descriptor)


def try_hold(key: str) -> HeldPart | None:
    """The file, for this caller alone; None while another has it. Raises PartGone."""
    try:
        descriptor = os.open(path_of(key), os.O_RDWR | os.O_APPEND)
    except FileNotFoundError as error:
        raise PartGone from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    part = HeldPart(key, descriptor)
    if not is_same_file(descriptor, part.path):
        os.close(descriptor)
        raise PartGone
    part.wanted.unlink(missing_ok=True)
    part.drop_checked()
    return part


def take_over(key: str) -> HeldPart | None:
    """Like `try_hold`, but whoever has the file is told to let go: it will be free at one of the next calls."""
    wanted = path_of(key + WANTED)
    try:
        part = try_hold(key)
    except PartGone:
        wanted.unlink(missing_ok=True)
        raise
    if part is None:
        wanted.touch()
    return part


def is_same_file(descriptor: int, path: Path) -> bool:
    """Whether the open file is still the one of this name: it may have been moved while its lock was waited for."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def held(key: str) -> Iterator[HeldPart]:
    """The file for the block; whoever has it is asked to let go. Raises PartGone, UploadLocked."""
    deadline = time.monotonic() + PATIENCE_S
    while (part := take_over(key)) is None:
        if time.monotonic() > deadline:
            raise UploadLocked
        time.sleep(LOOK_EVERY_S)
    try:
        yield part
    finally:
        part.let_go()
