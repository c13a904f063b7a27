"""Stored objects: server-made keys, streamed in, read back as a file for programs that need one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from config.lib import bucket


class StorageFull(Exception):
    """There is no room for what somebody wants to bring."""


class Movable(File):  # type: ignore[type-arg]  # bytes
    """A file on this machine that a storage on the same disk takes by renaming it: Django asks for this method."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def store(*, key: str, content: File) -> None:  # type: ignore[type-arg]  # bytes or text, the storage does not care
    """Put `content` under `key`, which must be new. A temporary file on the same disk is moved, not copied."""
    name = default_storage.save(key, content)
    if name != key:
        default_storage.delete(name)
        raise FileExistsError(f"{key} is stored already")


def store_file(*, key: str, path: Path) -> None:
    """Put a file that a worker made under `key`."""
    with path.open("rb") as handle:
        store(key=key, content=File(handle))


def move_in(*, key: str, path: Path) -> None:
    """Let a file become the object `key`: renamed where the storage is on its disk, else copied piece by piece.

    Whatever was stored under the key before is what an earlier try left, which was cut off.
    """
    default_storage.delete(key)
    with path.open("rb") as handle:
        store(key=key, content=Movable(handle, name=str(path)))
    path.unlink(missing_ok=True)


def read(key: str) -> bytes:
    """A small object, whole."""
    with default_storage.open(key, "rb") as file:
        content: bytes = file.read()
        return content


def size_of(key: str) -> int | None:
    """Bytes of the object; None without one."""
    return default_storage.size(key) if default_storage.exists(key) else None


def ensure_room(size: int) -> None:
    """Raise StorageFull when so many bytes more would leave less than settings.KEEP_FREE_BYTES on the disk."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
    if shutil.disk_usage(root).free - size < settings.KEEP_FREE_BYTES:
        raise StorageFull


def delete(*, key: str) -> None:
    """Remove the object; an absent one is fine."""
    default_storage.delete(key)


def delete_folder(*, prefix: str) -> int:
    """Remove every object below `prefix`, which is not empty; the number of objects that were there."""
    if not prefix.strip("/"):
        raise ValueError("without a prefix this would remove everything that is stored")
    try:
        folders, files = default_storage.listdir(prefix)  # object storage has no folders to ask for with `exists`
    except FileNotFoundError:
        return 0
    for name in files:
        default_storage.delete(f"{prefix}/{name}")
    removed = len(files) + sum(delete_folder(prefix=f"{prefix}/{name}") for name in folders)
    default_storage.delete(prefix)
    return removed


def bring(*, key: str, target: Path) -> None:
    """Make the object readable as the file `target`: a hard link where the storage is on this disk, else a copy.

    Raises FileExistsError for a target that is there already: it might be a link to a stored object, and writing to it
    would write into that.
    """
    if bucket.is_on():
        fetch(key=key, target=target)
        return
    try:
        os.link(default_storage.path(key), target)
    except (NotImplementedError, OSError):
        with default_storage.open(key, "rb") as source, target.open("xb") as sink:
            shutil.copyfileobj(source, sink, 1024 * 1024)


def fetch(*, key: str, target: Path) -> None:
    """Write the object, which is in a bucket, into a new file; without the whole of it there is no file."""
    with target.open("xb") as sink:
        try:
            bucket.download(key, sink)
        except BaseException:
            target.unlink()
            raise


@contextmanager
def private_folder(*, prefix: str) -> Iterator[Path]:
    """A folder for one job that nobody else may enter; gone when the job ends."""
    root = Path(settings.WORK_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f"{prefix}-", dir=root) as name:
        yield Path(name)


def copy_folder(*, source: str, target: str) -> None:
    """Copy the objects right below `source` to below `target`."""
    for name in default_storage.listdir(source)[1]:
        with default_storage.open(f"{source}/{name}", "rb") as content:
            store(key=f"{target}/{name}", content=content)
