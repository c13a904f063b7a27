"""Reads the length of an MP3 that we have written from its Xing/LAME header.

Layout: four bytes "Xing" or "Info", flags, frames, bytes, 100 bytes of seek table, quality; then the LAME
tag, whose bytes 21 to 23 hold encoder delay and padding of 12 bits each (Gabriel Bouvigne's "MP3 Info Tag
rev 1").
"""

import struct
from pathlib import Path

HEAD_BYTES = 256
ALL_FIELDS = 0b1111  # frames, bytes, seek table and quality are there
LAME_TAG = 4 + 4 + 4 + 4 + 100 + 4
FRAME_SAMPLES = 1152  # MPEG-1 layer III, that is 32,000 to 48,000 Hz
SAMPLE_RATES = (44_100, 48_000, 32_000)


def read_mp3_length(path: Path) -> float:
    """Seconds of sound without the encoder's delay and padding.

    Raises ValueError where the header is missing or belongs to a file of another size.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    at = max(head.find(b"Info"), head.find(b"Xing"))
    if at < 0 or len(head) < at + LAME_TAG + 24:
        raise ValueError("there is no Xing header")
    flags, frames, size = struct.unpack_from(">III", head, at + 4)
    if flags & ALL_FIELDS != ALL_FIELDS or size != path.stat().st_size:
        raise ValueError("the Xing header is incomplete or tells another size")
    rate = SAMPLE_RATES[(head[2] >> 2) & 0b11]
    both = int.from_bytes(head[at + LAME_TAG + 21 : at + LAME_TAG + 24], "big")
    samples: int = frames * FRAME_SAMPLES - (both >> 12) - (both & 0xFFF)
    return max(0, samples) / rate
