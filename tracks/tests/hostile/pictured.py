"""Sound with covers that are bombs, torn, or no pictures."""

import io
import struct
import zlib

from PIL import Image

from tracks.tests.hostile.case import Aims, Hostile, Ready
from tracks.tests.hostile.tagged import frame, id3, mp3

NO_COVER = "a cover is optional: the sound plays without"


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG chunk (ISO/IEC 15948, section 5.3)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*, width: int, height: int, beside: bytes = b"") -> bytes:
    """A black 1-bit picture, a row at a time: 20 kB for 13,000 x 13,000."""
    press, row = zlib.compressobj(9), bytes(1 + -(-width // 8))
    rows = b"".join(press.compress(row) for _ in range(height)) + press.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + beside + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(kind: str) -> bytes:
    """A small picture."""
    sink = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(sink, kind)
    return sink.getvalue()


def huge_jpeg() -> bytes:
    """A JPEG that says to be 65,535 x 65,535."""
    content = bytearray(picture("JPEG"))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = b"\xff" * 4
    return bytes(content)


def with_cover(name: str, cover: bytes, *, taken: bool = False, kind: bytes = b"image/png") -> Hostile:
    """The tone as MP3 with that cover."""

    def make(_: Aims) -> bytes:
        return id3(frame(b"APIC", b"\x00" + kind + b"\x00\x03\x00" + cover)) + mp3()

    return Hostile(f"cover-{name}.mp3", make, Ready(has_cover=taken), "" if taken else NO_COVER)


BOMB = zlib.compress(bytes(100_000_000), 9)

CASES = [
    with_cover("right", picture("PNG"), taken=True),
    with_cover("bomb-13000", png(width=13_000, height=13_000)),
    with_cover("bomb-20000", png(width=20_000, height=20_000)),
    with_cover("bomb-in-its-profile", png(width=8, height=8, beside=chunk(b"iCCP", b"x\x00\x00" + BOMB))),
    with_cover("bomb-in-its-text", png(width=8, height=8, beside=chunk(b"zTXt", b"x\x00\x00" + BOMB))),
    with_cover("says-4-gigapixels", huge_jpeg(), kind=b"image/jpeg"),
    with_cover("torn", picture("JPEG")[:700], kind=b"image/jpeg"),
    with_cover("torn-webp", picture("WEBP")[:400], kind=b"image/webp"),
    with_cover(
        "svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', kind=b"image/svg+xml"
    ),
    with_cover("page", b"<html><script>alert(1)</script></html>", kind=b"text/html"),
    with_cover("gif", picture("GIF"), kind=b"image/gif"),
    with_cover("link", b"http://127.0.0.1:9/cover.png", kind=b"-->"),
]
