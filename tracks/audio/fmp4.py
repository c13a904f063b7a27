"""Reads the layout of a fragmented MP4 that we have written: where its pieces lie and how long they last.

Box layouts: ISO/IEC 14496-12 (sidx: 8.16.3).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BOX_HEADER = struct.Struct(">I4s")
SIDX_REFERENCE = struct.Struct(">III")
MAX_FRONT_BYTES = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A piece of the file, by bytes, and how many seconds of sound a listener hears of it."""

    offset: int
    size: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The first `init_bytes` bytes set up a decoder; the segments follow."""

    init_bytes: int
    segments: tuple[Segment, ...]

    @property
    def seconds(self) -> float:
        """Length of the sound, without the encoder's priming."""
        return sum(segment.seconds for segment in self.segments)


def read_layout(path: Path) -> Layout:
    """Layout of a file with `moov` and one `sidx` before its fragments. Raises ValueError where that is not
    so.
    """
    front: dict[bytes, tuple[int, bytes]] = {}  # kind: offset of its end, content
    with path.open("rb") as file:
        for kind, content in front_boxes(file):
            front[kind] = (file.tell(), content)
    if not front.keys() >= {b"moov", b"sidx"}:
        raise ValueError("there is no index in front of the fragments")
    init_end, _ = front[b"moov"]
    index_end, sidx = front[b"sidx"]
    segments = read_sidx(sidx, first=index_end)
    if segments[-1].offset + segments[-1].size > path.stat().st_size:
        raise ValueError("the index points beyond the end of the file")
    return Layout(init_bytes=init_end, segments=segments)


def front_boxes(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of the boxes before the first fragment; the file stands at the end of the one just
    given.
    """
    while len(header := file.read(BOX_HEADER.size)) == BOX_HEADER.size:
        size, kind = BOX_HEADER.unpack(header)
        if kind == b"moof" or not BOX_HEADER.size <= size <= MAX_FRONT_BYTES:
            return
        yield kind, file.read(size - BOX_HEADER.size)


def read_sidx(content: bytes, *, first: int) -> tuple[Segment, ...]:
    """Segments of a sidx box that ends at offset `first`. Its durations leave out what the edit list cuts
    off.
    """
    version = content[0]
    (timescale,) = struct.unpack_from(">I", content, 8)
    offset_at = 16 if version == 0 else 20
    (first_offset,) = struct.unpack_from(">I" if version == 0 else ">Q", content, offset_at)
    count_at = offset_at + (4 if version == 0 else 8) + 2
    (count,) = struct.unpack_from(">H", content, count_at)
    offset, segments = first + first_offset, []
    for index in range(count):
        size, duration, _ = SIDX_REFERENCE.unpack_from(content, count_at + 2 + index * SIDX_REFERENCE.size)
        segments.append(Segment(offset=offset, size=size, seconds=duration / timescale))
        offset += size
    if not segments:
        raise ValueError("the index is empty")
    return tuple(segments)
