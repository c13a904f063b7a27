"""Sound with tags that never end, that are nested, that lie about their size, or that say what a page would run."""

import struct
import zlib
from collections.abc import Callable

from tracks.tests.hostile.case import Aims, Hostile, Ready, Refused, box, encoded, fixed

WITHOUT = "tags are optional: the sound plays, and they are left away or cut"
DAMAGED = Refused("damaged")
BIDI, NUL = "\u202egnp.3pm\u202c", "before\x00after"
PAGE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def synchsafe(number: int) -> bytes:
    """Four bytes of 7 bits (ID3v2.4.0 structure, section 6.2)."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def frame(kind: bytes, content: bytes, *, flags: int = 0, size: int | None = None) -> bytes:
    return kind + synchsafe(len(content) if size is None else size) + struct.pack(">H", flags) + content


def id3(*frames: bytes, size: int | None = None, flags: int = 0, version: int = 4) -> bytes:
    content = b"".join(frames)
    return b"ID3" + bytes([version, 0, flags]) + synchsafe(len(content) if size is None else size) + content


def mp3() -> bytes:
    return encoded("x.mp3", "-id3v2_version", "0")


def before_mp3(*tags: bytes) -> Callable[[Aims], bytes]:
    """The maker of an MP3 file with these tags."""
    return lambda _: b"".join(tags) + mp3()


def text(value: str) -> bytes:
    return b"\x03" + value.encode() + b"\x00"


def nested(depth: int) -> bytes:
    """Chapters (ID3v2 Chapter Frame Addendum) that hold chapters; those inside say less than they have."""
    content = b""
    for _ in range(depth):
        content = frame(b"CHAP", b"x\x00" + bytes(16) + content, size=min(len(content) + 18, 2**28 - 1))
    return content


def comment_block(*comments: bytes, count: int | None = None) -> bytes:
    """A block of Vorbis comments."""
    said = struct.pack("<I", len(comments) if count is None else count)
    return struct.pack("<I", 1) + b"x" + said + b"".join(struct.pack("<I", len(one)) + one for one in comments)


def flac_with(kind: int, content: bytes, *, size: int | None = None) -> bytes:
    """The tone as FLAC with one more metadata block behind STREAMINFO (RFC 9639, section 8.1)."""
    whole = encoded("x.flac")
    said = min(len(content) if size is None else size, 2**24 - 1)
    return whole[:42] + bytes([kind]) + said.to_bytes(3, "big") + content + whole[42:]


def m4a_with(content: bytes) -> bytes:
    """The tone as M4A with one more box at its end."""
    return encoded("x.m4a") + content


def ape(count: int) -> bytes:
    """An APEv2 footer that counts so many items."""
    return b"APETAGEX" + struct.pack("<IIIIQ", 2000, 0xFFFFFFFF, count, 0, 0)


BOMB = zlib.compress(text("x" * 200_000_000), 9)
PICTURE_OF_256_MEGABYTES = struct.pack(">II", 3, 9) + b"image/png" + bytes(20) + struct.pack(">I", 256 * 1024**2)

CASES = [
    Hostile("tag-in-tag.mp3", before_mp3(id3(frame(b"TIT2", id3(frame(b"TIT2", text("inner")))))), Ready(), WITHOUT),
    Hostile("chapters-in-chapters.mp3", before_mp3(id3(nested(3000))), Ready(), WITHOUT),
    Hostile("many-tags.mp3", before_mp3(*[id3(frame(b"TIT2", text("x")))] * 2000), Ready(), WITHOUT),
    Hostile("many-frames-in-a-tag.mp3", before_mp3(id3(*[frame(b"TXXX", text("x"))] * 50_000)), Ready(), WITHOUT),
    Hostile("unsynchronised.mp3", before_mp3(id3(b"\xff\x00" * 200_000, flags=0x80)), Ready(), WITHOUT),
    Hostile(
        "unsynchronised-2-3.mp3", before_mp3(id3(b"\xff\xe0\x00" * 100_000, flags=0xF0, version=3)), Ready(), WITHOUT
    ),
    Hostile("picture-of-256-megabytes.mp3", before_mp3(id3(frame(b"APIC", b"\x00", size=2**28 - 1))), Ready(), WITHOUT),
    Hostile(
        "compressed-bomb.mp3", before_mp3(id3(frame(b"TIT2", synchsafe(2**28 - 1) + BOMB, flags=9))), Ready(), WITHOUT
    ),
    Hostile("megabyte-title.mp3", before_mp3(id3(frame(b"TIT2", text("x" * 1_000_000)))), Ready(), WITHOUT),
    Hostile("page-title.mp3", before_mp3(id3(frame(b"TIT2", text(PAGE)))), Ready(), "text stays text"),
    Hostile("turned-title.mp3", before_mp3(id3(frame(b"TIT2", text(BIDI)))), Ready(), "direction marks are taken out"),
    Hostile("nul-title.mp3", before_mp3(id3(frame(b"TIT2", text(NUL)))), Ready(), "it ends there, or is a space"),
    Hostile(
        "path-title.mp3", before_mp3(id3(frame(b"TIT2", text("../../etc/passwd")))), Ready(), "no path is made of it"
    ),
    Hostile(
        "formula-title.mp3", before_mp3(id3(frame(b"TIT2", text('=cmd|"/c calc"!A1')))), Ready(), "text stays text"
    ),
    Hostile("many-ape-items.mp3", lambda _: mp3() + ape(0xFFFFFFFF), Ready(), WITHOUT),
    Hostile("lyrics.mp3", before_mp3(id3(frame(b"USLT", b"\x03eng\x00" + b"la " * 400_000))), Ready(), WITHOUT),
    Hostile("many-comments.flac", fixed(flac_with(4, comment_block(b"TITLE=x", count=0xFFFFFFFF))), Ready(), WITHOUT),
    Hostile("long-comment.flac", fixed(flac_with(4, comment_block()[:-4] + b"\x01" + b"\xff" * 7)), Ready(), WITHOUT),
    Hostile("real-comments.flac", fixed(flac_with(4, comment_block(*[b"TITLE=x"] * 100_000))), Ready(), WITHOUT),
    Hostile("large-picture.flac", fixed(flac_with(6, PICTURE_OF_256_MEGABYTES)), DAMAGED),
    Hostile("many-cues.flac", fixed(flac_with(5, bytes(395) + b"\xff" + bytes(36))), DAMAGED),
    Hostile("lists-in-lists.m4a", fixed(m4a_with(box(b"moov", *[box(b"udta")] * 20_000))), Ready(), WITHOUT),
]
