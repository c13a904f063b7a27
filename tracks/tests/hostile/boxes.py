"""Containers whose parts are empty, endless, inside one another, locked, or somewhere else."""

import struct
import tempfile
from pathlib import Path

from tracks.tests.hostile.case import Aims, Hostile, Ready, Refused, box, encoded, replaced, tone

DAMAGED, NO_SOUND = Refused("damaged"), Refused("no_sound")
BEGINNING = box(b"ftyp", b"M4A \x00\x00\x00\x00M4A mp42isom")
FIRST = "the first sound stream is taken, the rest is not looked at"


def nested(kind: bytes, *, depth: int) -> bytes:
    """Boxes in one another."""
    content = b""
    for _ in range(depth):
        content = box(kind, content)
    return content


def referring(aims: Aims, *, entry: bytes) -> bytes:
    """An M4A file whose samples are said to lie in another file (ISO/IEC 14496-12, section 8.7.2)."""
    content = encoded("x.m4a", "-movflags", "+faststart")
    own = box(b"url ", b"\x00\x00\x00\x01")
    assert own in content
    grown = len(entry) - len(own)
    at = content.index(own)
    changed = bytearray(content[:at] + entry + content[at + len(own) :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):  # all around it grow with it
        size_at = changed.index(kind) - 4
        changed[size_at : size_at + 4] = struct.pack(">I", struct.unpack_from(">I", changed, size_at)[0] + grown)
    return bytes(changed)


def url_entry(target: str) -> bytes:
    return box(b"url ", bytes(4), target.encode() + b"\x00")


def alias_entry(target: str) -> bytes:
    """An alias record with an absolute path (QuickTime's `alis`), long enough for whoever reads it."""
    path = target.encode()
    record = bytes(4) + struct.pack(">H", 150) + bytes(144) + struct.pack(">hH", 2, len(path)) + path
    record += b"\x00" * (len(path) % 2) + struct.pack(">hH", -1, 0)
    return box(b"alis", bytes(4), record)


def reference_movie(aims: Aims) -> bytes:
    """A QuickTime movie that is only a reference to another one."""
    target = f"file://{aims.neighbour}".encode() + b"\x00"
    rdrf = box(b"rdrf", bytes(4), b"url ", struct.pack(">I", len(target)), target)
    return box(b"ftyp", b"qt  \x00\x00\x00\x00qt  ") + box(b"moov", box(b"rmra", box(b"rmda", rdrf)))


def encrypted(_: Aims) -> bytes:
    return encoded(
        "x.mp4", "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "00" * 16, "-encryption_kid", "11" * 16
    )


def streams(_: Aims) -> bytes:
    """Matroska with 300 streams of sound."""
    return encoded("x.mka", *["-map", "0:a"] * 300, "-c:a", "pcm_s16le")


def attached(aims: Aims) -> bytes:
    """Matroska with an attachment that has a path for a name."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(f"<script src='{aims.url}'></script>")
        kind = ["-metadata:s:t", "mimetype=text/html", "-metadata:s:t", "filename=../../../../tmp/evil.html"]
        return encoded("x.mka", "-c:a", "flac", "-attach", str(page), *kind)


def element(kind: bytes, content: bytes, *, size: int | None = None) -> bytes:
    """A Matroska element with a size of eight bytes (RFC 8794, section 6)."""
    return kind + struct.pack(">Q", 0x01 << 56 | (len(content) if size is None else size)) + content


EBML = element(b"\x1a\x45\xdf\xa3", element(b"\x42\x82", b"matroska"))
SEGMENT, CLUSTER = b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75"
TAGS, TAG, SIMPLE = b"\x12\x54\xc3\x67", b"\x73\x73", b"\x67\xc8"


def tags_in_tags(_: Aims) -> bytes:
    """Matroska tags, 5,000 in one another."""
    content = b""
    for _ in range(5000):
        content = element(SIMPLE, content)
    return EBML + element(SEGMENT, element(TAGS, element(TAG, content)))


def endless_segment(_: Aims) -> bytes:
    """A segment and clusters of unknown size, without a stream."""
    unknown = b"\x01" + b"\xff" * 7
    return EBML + SEGMENT + unknown + (CLUSTER + unknown) * 20_000


def page(*, serial: int, number: int, flags: int, content: bytes = b"", segments: int | None = None) -> bytes:
    """An Ogg page (RFC 3533, section 6), its checksum wrong: readers look for the next one then."""
    lacing = bytes([len(content)] if content else []) if segments is None else b"\x00" * segments
    return struct.pack("<4sBBqIIIB", b"OggS", 0, flags, 0, serial, number, 0, len(lacing)) + lacing + content


CASES = [
    Hostile("endless-box.m4a", lambda _: BEGINNING + box(b"moov", size=0) + bytes(1000), NO_SOUND),
    Hostile("box-of-seven.m4a", lambda _: BEGINNING + box(b"moov", size=7) * 1000, DAMAGED),
    Hostile("box-of-one.m4a", lambda _: BEGINNING + box(b"moov", b"\xff" * 8, size=1) * 100, DAMAGED),
    Hostile("box-beyond-the-end.m4a", lambda _: BEGINNING + box(b"moov", bytes(100), size=0x7FFFFFFF), NO_SOUND),
    Hostile("boxes-in-boxes.m4a", lambda _: BEGINNING + nested(b"moov", depth=20_000), DAMAGED),
    Hostile("tracks-in-tracks.m4a", lambda _: BEGINNING + box(b"moov", nested(b"trak", depth=5_000)), NO_SOUND),
    Hostile("many-tracks.m4a", lambda _: BEGINNING + box(b"moov", box(b"trak") * 50_000), DAMAGED),
    Hostile("zero-boxes.m4a", lambda _: BEGINNING + bytes(1_000_000), DAMAGED),
    Hostile("encrypted.m4a", encrypted, DAMAGED),
    Hostile("url-file.m4a", lambda a: referring(a, entry=url_entry(f"file://{a.neighbour}")), DAMAGED),
    Hostile("url-http.m4a", lambda a: referring(a, entry=url_entry(f"{a.url}/dref")), DAMAGED),
    Hostile("alias-absolute.mov", lambda a: referring(a, entry=alias_entry(str(a.neighbour))), DAMAGED),
    Hostile("alias-relative.mov", lambda a: referring(a, entry=alias_entry(a.relative)), DAMAGED),
    Hostile("reference-movie.mov", reference_movie, NO_SOUND),
    Hostile("300-streams.mka", streams, Ready(), FIRST),
    Hostile("attachment.mka", attached, Ready(), "attachments are neither read nor named"),
    Hostile("tags-in-tags.mka", tags_in_tags, DAMAGED),
    Hostile("endless-segment.mka", endless_segment, NO_SOUND),
    Hostile("chained.ogg", lambda _: encoded("x.opus") * 3, Ready(3000), "chained streams play one after the other"),
    Hostile(
        "other-in-the-chain.ogg",
        lambda _: encoded("x.opus") + encoded("x.ogg", "-c:a", "libvorbis"),
        Ready(),
        FIRST,
    ),
    Hostile(
        "multiplexed.ogg", lambda _: encoded("x.ogg", "-map", "0:a", "-map", "0:a", "-c:a", "libopus"), Ready(), FIRST
    ),
    Hostile("empty-pages.ogg", lambda _: page(serial=1, number=0, flags=2) * 30_000, DAMAGED),
    Hostile("many-streams.ogg", lambda _: b"".join(page(serial=n, number=0, flags=2) for n in range(30_000)), DAMAGED),
    Hostile("empty-packets.ogg", lambda _: page(serial=1, number=0, flags=2, segments=255) * 10_000, DAMAGED),
    Hostile("chunks.wav", lambda _: replaced(tone(), b"data", (b"LIST" + bytes(4)) * 100_000 + b"data"), DAMAGED),
]
