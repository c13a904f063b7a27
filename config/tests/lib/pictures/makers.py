"""Bytes of pictures, made here and kept nowhere: what cameras and programs write, and what only an attacker does."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

CANARY = "CANARY-of-a-place"
RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 180, 20), (20, 20, 220), (220, 210, 20)
ORIENTATION, ARTIST, GPS = 0x0112, 0x013B, 0x8825
# What a viewer must do to a picture with this orientation -> what lies in the file: each undoes the other.
UNDONE = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def encoded(image: Image.Image, form: str, **options) -> bytes:
    sink = io.BytesIO()
    image.save(sink, form, **options)
    return sink.getvalue()


def quarters(size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Red and green above, blue and yellow below."""
    image = Image.new("RGB", (2, 2))
    for place, colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), (RED, GREEN, BLUE, YELLOW), strict=True):
        image.putpixel(place, colour)
    return image.resize(size, Image.Resampling.NEAREST)


def located(orientation: int = 1) -> Image.Exif:
    """What a telephone writes into a photograph."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[ARTIST] = CANARY
    exif[GPS] = {1: "N", 2: (52.0, 30.0, 1.5)}
    return exif


def turned(orientation: int) -> bytes:
    """`quarters`, as a camera held like this stores them."""
    image, undo = quarters(), UNDONE[orientation]
    image = image.transpose(undo) if undo is not None else image
    return encoded(image, "JPEG", quality=95, subsampling=0, exif=located(orientation))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(size: tuple[int, int], *, depth: int, colour: int, row: bytes, before: bytes = b"") -> bytes:
    """A PNG written by hand, every row alike; `colour` is its colour type, `before` chunks before the pixels."""
    return png_of(size, kind=(depth, colour, 0), rows=repeated(b"\0" + row, size[1]), before=before)


def png_of(size: tuple[int, int], *, kind: tuple[int, int, int], rows: Iterator[bytes], before: bytes = b"") -> bytes:
    """A PNG of these rows; `kind` is bit depth, colour type, and whether it is interlaced."""
    depth, colour, interlace = kind
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, interlace))
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(part) for part in rows) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + head + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def interlaced(size: tuple[int, int]) -> bytes:
    """Red in seven passes (PNG, 8.2: Adam7)."""
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

    def rows() -> Iterator[bytes]:
        for left, top, across, down in steps:
            row = b"\0" + bytes(RED) * -(-(size[0] - left) // across)
            yield from repeated(row, -(-(size[1] - top) // down))

    return png_of(size, kind=(8, 2, 1), rows=rows())


def repeated(piece: bytes, times: int) -> Iterator[bytes]:
    """The same bytes so many times, a megabyte or so at once."""
    at_once = max(1, 1_000_000 // len(piece))
    yield from (piece * at_once for _ in range(times // at_once))
    yield piece * (times % at_once)


def black(width: int, height: int) -> bytes:
    """A 1-bit PNG of a few kilobytes that stands for as many pixels as one likes."""
    return png((width, height), depth=1, colour=0, row=bytes((width + 7) // 8))


def deflated_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(part) for part in repeated(bytes(1_000_000), size // 1_000_000)) + packer.flush()


def bomb_in(name: bytes, megabytes: int) -> bytes:
    """A small PNG with a compressed note of so many megabytes in the chunk `name` (zTXt or iCCP)."""
    note = b"note\0\0" + deflated_zeros(megabytes * 1_000_000)
    return png((8, 8), depth=8, colour=2, row=bytes(24), before=chunk(name, note))


def with_notes() -> bytes:
    """A JPEG with XMP, IPTC, a comment and a thumbnail's worth of EXIF, all of which name a place."""
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    content = encoded(quarters(), "JPEG", exif=located(), xmp=xmp, comment=CANARY)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(CANARY)) + CANARY.encode()
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + content[2:]


def png_with_notes() -> bytes:
    """A PNG with text, compressed text and EXIF that name a place."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CANARY)
    notes.add_text("Place", CANARY, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", CANARY)
    return encoded(quarters(), "PNG", pnginfo=notes, exif=located())


def profile(red: tuple[float, ...], green: tuple[float, ...], blue: tuple[float, ...], *, gamma: int) -> bytes:
    """An ICC profile (ICC.1:2001-04) of three colours in XYZ under D50 and one gamma, in 256ths."""
    names = (b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt", b"rTRC", b"gTRC", b"bTRC")
    points = (red, green, blue, (0.9642, 1.0, 0.82491))
    parts = [b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in point) for point in points]
    parts += [b"curv\0\0\0\0" + struct.pack(">IHxx", 1, gamma)] * 3
    table, body, at = struct.pack(">I", len(names)), b"", 128 + 4 + 12 * len(names)
    for name, part in zip(names, parts, strict=True):
        table += name + struct.pack(">II", at + len(body), len(part))
        body += part
    size = at + len(body)
    head = struct.pack(">I4xI", size, 0x02200000) + b"mntrRGB XYZ " + bytes(12) + b"acsp"
    return head.ljust(68, b"\0") + struct.pack(">iii", 63190, 65536, 54061) + bytes(48) + table + body


# The primaries of Apple's Display P3 and of Adobe RGB (1998), adapted to D50.
P3 = profile((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407), gamma=563)
ADOBE = profile((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457), gamma=563)


def many_scans(image: Image.Image, scans: int, **options) -> bytes:
    """A progressive JPEG whose last scan comes again and again: each is work over the whole picture."""
    content = encoded(image, "JPEG", progressive=True, **options)
    last = content.rindex(b"\xff\xda")
    scan = content[last:-2]
    return content[:last] + scan * scans + content[-2:]


def moving(form: str, size: tuple[int, int] = (80, 40)) -> bytes:
    """Red, then blue."""
    frames = [Image.new("RGB", size, colour) for colour in (RED, BLUE)]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def stereo() -> bytes:
    """Two JPEGs in one file (MPO), as cameras with two lenses and telephones write them."""
    return encoded(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (80, 40), BLUE)], quality=95)


def see_through(mode: str) -> bytes:
    """The left half in red, the right half of a blue that nobody is to see."""
    image = quarters().convert("RGBA")
    image.paste((*RED, 255), (0, 0, 40, 40))
    image.paste((*BLUE, 0), (40, 0, 80, 40))
    if mode == "P":
        flat = Image.new("P", (80, 40), 0)
        flat.putpalette([*RED, *BLUE])
        flat.paste(1, (40, 0, 80, 40))
        return encoded(flat, "PNG", transparency=1)
    return encoded(image, mode, **({"lossless": True, "exact": True} if mode == "WEBP" else {}))


def freckled(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture that no coder finds simple: noise made larger."""
    grain = Image.effect_noise((size[0] // 8, size[1] // 8), 90)
    turns = range(Image.getmodebands(mode))
    bands = [grain.rotate(90 * turn).resize(size, Image.Resampling.BICUBIC) for turn in turns]
    return Image.merge(mode, bands)
