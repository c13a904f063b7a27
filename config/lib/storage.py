"""Stored objects: server-made keys, streamed in, read back as a file for programs that need one."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from config.lib import bucket

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class StorageFull(OSError):
    """There is no room for what somebody wants to bring."""


@dataclass(frozen=True, kw_only=True)
class StoredObject:
    """An object, its bytes, and when it was stored."""

    key: str
    size: int
    stored_at: datetime


@contextmanager
def troubles() -> Iterator[None]:
    """Let a disk without room be StorageFull, and a bucket that does not do what is asked BucketTrouble."""
    try:
        with bucket.troubles() if bucket.is_on() else nullcontext():
            yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFull(*error.args) from error
        raise


class Movable(File):  # type: ignore[type-arg]  # bytes
    """A file on this machine that a storage on the same disk takes by renaming it: Django asks for this method."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def store(*, key: str, content: File) -> None:  # type: ignore[type-arg]  # bytes or text, the storage does not care
    """Put `content` under `key`, which must be new. A temporary file on the same disk is moved, not copied."""
    with troubles():
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
    delete(key=key)
    with path.open("rb") as handle:
        store(key=key, content=Movable(handle, name=str(path)))
    path.unlink(missing_ok=True)


def read(key: str) -> bytes:
    """A small object, whole."""
    with troubles(), default_storage.open(key, "rb") as file:
        content: bytes = file.read()
        return content


def size_of(key: str) -> int | None:
    """Bytes of the object; None without one."""
    with troubles():
        return default_storage.size(key) if default_storage.exists(key) else None


def ensure_room(size: int) -> None:
    """Raise StorageFull when so many bytes more would leave less than settings.KEEP_FREE_BYTES on the disk."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS, parents=True, exist_ok=True)
    if shutil.disk_usage(root).free - size < settings.KEEP_FREE_BYTES:
        raise StorageFull


def delete(*, key: str) -> None:
    """Remove the object; an absent one is fine."""
    with troubles():
        default_storage.delete(key)


def delete_with_folders(*, key: str) -> None:
    """The same, and the folders that it leaves empty; a bucket has none. The first part of the key stays."""
    delete(key=key)
    if bucket.is_on():
        return
    folders = list(Path(key).parents)[:-2]
    with suppress(OSError):  # not empty
        for folder in folders:
            Path(default_storage.path(str(folder))).rmdir()


def delete_folder(*, prefix: str) -> int:
    """Remove every object below `prefix`, which is not empty; the number of objects that were there."""
    if not prefix.strip("/"):
        raise ValueError("without a prefix this would remove everything that is stored")
    with troubles():
        try:
            folders, files = default_storage.listdir(prefix)  # object storage has no folders to ask for with `exists`
        except FileNotFoundError:
            return 0
    for name in files:
        delete(key=f"{prefix}/{name}")
    removed = len(files) + sum(delete_folder(prefix=f"{prefix}/{name}") for name in folders)
    delete(key=prefix)
    return removed


def walk(root: str) -> Iterator[StoredObject]:
    """The objects below a folder, one after the other; all below one of its folders come together."""
    if bucket.is_on():
        for key, size, stored_at in bucket.list_objects(f"{root}/"):
            yield StoredObject(key=key, size=size, stored_at=stored_at)
        return
    yield from walk_disk(Path(default_storage.path(root)), key=root)


def walk_disk(folder: Path, *, key: str) -> Iterator[StoredObject]:
    """The same on the disk, below a folder that has this key. What goes meanwhile is left out."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            inner = f"{key}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from walk_disk(folder / entry.name, key=inner)
                continue
            with suppress(FileNotFoundError):
                facts = entry.stat(follow_symlinks=False)
                yield StoredObject(key=inner, size=facts.st_size, stored_at=datetime.fromtimestamp(facts.st_mtime, UTC))


def top_folders() -> list[str]:
    """The first parts of all keys."""
    with troubles(), suppress(FileNotFoundError):
        folders: list[str] = default_storage.listdir("")[0]
        return folders
    return []


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
        with troubles(), default_storage.open(key, "rb") as source, target.open("xb") as sink:
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


def remove_private_folders(*, prefix: str) -> None:
    """Remove what jobs of that name left on this machine when they were killed."""
    for folder in Path(settings.WORK_ROOT).glob(f"{prefix}*"):
        shutil.rmtree(folder, ignore_errors=True)


def copy_folder(*, source: str, target: str) -> None:
    """Copy the objects right below `source` to below `target`."""
    with troubles():
        names = default_storage.listdir(source)[1]
    for name in names:
        with troubles(), default_storage.open(f"{source}/{name}", "rb") as content:
            store(key=f"{target}/{name}", content=content)
