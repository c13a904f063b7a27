"""Reads the layout of a fragmented MP4 that we have written: where its pieces lie and how long they last.

Box layouts: ISO/IEC 14496-12 (sidx: 8.16.3). AAC's set-up: ISO/IEC 14496-1 (descriptors: 7.2.6) and 14496-3
(AudioSpecificConfig: 1.6.2.1).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BOX_HEADER = struct.Struct(">I4s")
SIDX_REFERENCE = struct.Struct(">III")
MAX_FRONT_BYTES = 1024 * 1024
ES_DESCRIPTOR, DECODER_CONFIG, DECODER_SPECIFIC = 0x03, 0x04, 0x05
AAC_RATES_HZ = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)


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


@dataclass(frozen=True, kw_only=True)
class AacConfig:
    """What sets up an AAC decoder."""

    object_type: int
    sample_rate_hz: int
    channels: int


def read_aac_config(path: Path) -> AacConfig:
    """The set-up of the AAC track of a file. Raises ValueError or IndexError where there is none, or an unusual one."""
    with path.open("rb") as file:
        moov = dict(front_boxes(file)).get(b"moov", b"")
    at = moov.index(b"esds") + 8
    for tag, skipped in ((ES_DESCRIPTOR, 3), (DECODER_CONFIG, 13)):
        if moov[at] != tag:
            raise ValueError("the descriptors are not in their usual order")
        at = after_length(moov, at + 1) + skipped
    if moov[at] != DECODER_SPECIFIC:
        raise ValueError("nothing sets up the decoder")
    first, second = moov[after_length(moov, at + 1) :][:2]
    bits = first << 8 | second
    return AacConfig(
        object_type=bits >> 11, sample_rate_hz=AAC_RATES_HZ[bits >> 7 & 0b1111], channels=bits >> 3 & 0b1111
    )


def after_length(data: bytes, at: int) -> int:
    """Where a descriptor's content begins: its length has 7 bits a byte, and a top bit while more follow."""
    while data[at] & 0x80:
        at += 1
    return at + 1


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
