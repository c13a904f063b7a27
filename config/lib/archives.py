"""A zip that is written from front to end, however large, with a checksum of everything in it."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson

PIECE = 1024 * 1024
SUMS = "SHA256SUMS"
ORJSON = orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS
# Ticks: called with the number of bytes that were taken in since the last call.
Tick = Callable[[int], None]


class Archive:
    """Each entry is written in pieces, so that memory holds one piece, and a line for each entry until the end.

    `made_at` is the time of every entry. Names are paths of our own: relative, with `/`, without `..`.
    """

    def __init__(self, path: Path, *, made_at: datetime) -> None:
        self.made_at = made_at
        self.sums: dict[str, str] = {}
        self.zip = ZipFile(path, "x", allowZip64=True)

    def add_rows(self, name: str, rows: Iterable[dict[str, Any]]) -> None:
        """A JSON array with a row a line."""
        with self.entry(name, compression=ZIP_DEFLATED) as write:
            ending = b"["
            for row in rows:
                write(ending + b"\n" + as_json(row))
                ending = b","
            write(b"[]\n" if ending == b"[" else b"\n]\n")

    def add_json(self, name: str, value: Any) -> None:
        """One JSON value, to be read by people too."""
        with self.entry(name, compression=ZIP_DEFLATED) as write:
            write(orjson.dumps(value, option=ORJSON | orjson.OPT_INDENT_2, default=plain) + b"\n")

    def add_text(self, name: str, text: str) -> None:
        with self.entry(name, compression=ZIP_DEFLATED) as write:
            write(text.encode())

    def add_file(self, name: str, source: IO[bytes], *, tick: Tick) -> None:
        """The bytes of a file as they are: sound and pictures do not get smaller."""
        with self.entry(name, compression=ZIP_STORED) as write:
            while piece := source.read(PIECE):
                write(piece)
                tick(len(piece))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """After a block that succeeds, write the checksums as `sha256sum --check` reads them."""
        with self.zip:
            if error is None:
                self.add_text(SUMS, "".join(f"{digest}  {name}\n" for name, digest in self.sums.items()))

    @contextmanager
    def entry(self, name: str, *, compression: int) -> Iterator[Callable[[bytes], None]]:
        """A new entry, written by calling what the block is given. Raises ValueError for a name that is none."""
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or str(path) != name or name in self.sums or "\n" in name:
            raise ValueError(f"{name!r} is no new name in an archive")
        info = ZipInfo(name, date_time=self.made_at.timetuple()[:6])
        info.compress_type = compression
        info.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        with self.zip.open(info, "w", force_zip64=True) as sink:

            def write(piece: bytes) -> None:
                digest.update(piece)
                sink.write(piece)

            yield write
        self.sums[name] = digest.hexdigest()


def as_json(row: dict[str, Any]) -> bytes:
    """A row in one line: times in UTC with `Z`, decimals as text, bytes as base64."""
    return orjson.dumps(row, option=ORJSON, default=plain)


def plain(value: Any) -> str:
    """What JSON has no word for."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return str(value)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
