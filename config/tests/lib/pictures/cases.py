"""The corpus: what is sent, and what must become of it."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from config.lib.pictures.images import MAX_BYTES
from config.tests.lib.pictures import makers
from config.tests.lib.pictures.looking import near
from config.tests.lib.pictures.makers import BLUE, GREEN, RED, YELLOW, encoded, quarters

NO_PICTURE = "it is not a JPEG, PNG or WebP file."
TOO_MANY = "it has more than 25 million pixels."
TOO_LONG = "it is longer than 65,535 pixels."
MOVES = "it moves, and has more than 10 million pixels."
SCANS = "it is drawn in more than 100 scans."
DAMAGED = "it is damaged."
WHITE = (255, 255, 255)
Look = Callable[[Image.Image], bool]


@dataclass(frozen=True, kw_only=True)
class Case:
    """`large`: the size of the largest variant; without it the file is refused because `reason`. `shows`: what is asked
    of the largest variant, or of the thumb."""

    make: Callable[[], bytes]
    large: tuple[int, int] | None = None
    reason: str = ""
    shows: Look = lambda image: True


def is_quarters(image: Image.Image) -> bool:
    """Each colour in the middle of its quarter."""
    width, height = image.size
    places = ((1, 1, RED), (3, 1, GREEN), (1, 3, BLUE), (3, 3, YELLOW))
    return all(near(image.getpixel((width * x // 4, height * y // 4)), colour) for x, y, colour in places)


def colours(left: tuple[int, ...], right: tuple[int, ...], *, by: int = 12) -> Look:
    """These colours in the middle of both halves."""

    def look(image: Image.Image) -> bool:
        width, height = image.size
        pair = (image.getpixel((width // 4, height // 2)), image.getpixel((width * 3 // 4, height // 2)))
        return near(pair[0], left, by=by) and near(pair[1], right, by=by)

    return look


def one(colour: tuple[int, ...], *, by: int = 6) -> Look:
    return colours(colour, colour, by=by)


def flat(colour: tuple[int, ...], icc: bytes) -> Callable[[], bytes]:
    return lambda: encoded(Image.new("RGB", (80, 40), colour), "PNG", icc_profile=icc)


def taken(make: Callable[[], bytes], shows: Look = is_quarters, large: tuple[int, int] = (80, 40)) -> Case:
    return Case(make=make, large=large, shows=shows)


def refused(make: Callable[[], bytes], reason: str) -> Case:
    return Case(make=make, reason=reason)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x03\x04" + makers.CANARY.encode() * 9 + b"PK\x05\x06" + bytes(18)

EVERYDAY: dict[str, Case] = {
    "jpeg": taken(lambda: encoded(quarters(), "JPEG", quality=95, subsampling=0)),
    "png": taken(lambda: encoded(quarters(), "PNG")),
    "webp": taken(lambda: encoded(quarters(), "WEBP", quality=95)),
    "webp lossless": taken(lambda: encoded(quarters(), "WEBP", lossless=True)),
    "cmyk jpeg": taken(
        lambda: encoded(Image.new("CMYK", (80, 40), (0, 255, 255, 0)), "JPEG", quality=95), one((255, 0, 0), by=20)
    ),
    "16-bit png": taken(
        lambda: makers.png((80, 40), depth=16, colour=2, row=b"\xdc\x80\x14\x80\x14\x80" * 80), one((220, 20, 20))
    ),
    "16-bit grey": taken(lambda: makers.png((80, 40), depth=16, colour=0, row=b"\x64\x80" * 80), one((100,) * 3)),
    "16-bit grey with alpha": taken(
        lambda: makers.png((80, 40), depth=16, colour=4, row=b"\x64\x80\xff\xff" * 40 + bytes(160)),
        colours((100,) * 3, WHITE),
    ),
    "palette with transparency": taken(lambda: makers.see_through("P"), colours(RED, WHITE)),
    "png with alpha": taken(lambda: makers.see_through("PNG"), colours(RED, WHITE)),
    "webp with alpha": taken(lambda: makers.see_through("WEBP"), colours(RED, WHITE)),
    "1 bit": taken(
        lambda: makers.png((80, 40), depth=1, colour=0, row=b"\xff" * 5 + bytes(5)), colours(WHITE, (0,) * 3)
    ),
    "interlaced": taken(lambda: makers.interlaced((80, 40)), one(RED, by=12)),
    "moving png": taken(lambda: makers.moving("PNG"), one(RED, by=12)),
    "moving webp": taken(lambda: makers.moving("WEBP"), one(RED, by=12)),
    "moving gif": refused(lambda: makers.moving("GIF"), NO_PICTURE),
    **{f"turned {number}": taken(lambda number=number: makers.turned(number)) for number in makers.UNDONE},
    "notes in a jpeg": taken(makers.with_notes),
    "notes in a png": taken(makers.png_with_notes),
    # What they are in sRGB was worked out with the matrices of ICC.1 and IEC 61966-2-1 alone.
    "display p3": taken(flat((200, 60, 60), makers.P3), one((219, 37, 49))),
    "adobe rgb": taken(flat((180, 60, 60), makers.ADOBE), one((208, 57, 57))),
    "a profile that is none": taken(flat((180, 60, 60), b"no profile at all" * 20), one((180, 60, 60))),
    "exif that is none": taken(
        lambda: encoded(quarters(), "JPEG", quality=95, subsampling=0, exif=b"Exif\0\0II*\0\xff\xff\xff\x7f")
    ),
    "exif of one byte": taken(lambda: encoded(quarters(), "JPEG", quality=95, subsampling=0, exif=b"Exif\0\0I")),
    "stereo": taken(makers.stereo),
    "jpeg and zip": taken(lambda: encoded(quarters(), "JPEG", quality=95, subsampling=0) + ZIP),
    "png and html": taken(lambda: encoded(quarters(), "PNG") + HTML),
    "gif and javascript": refused(lambda: b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)", NO_PICTURE),
    "svg named png": refused(lambda: SVG, NO_PICTURE),
    "html named png": refused(lambda: HTML, NO_PICTURE),
    "nothing": refused(lambda: b"", NO_PICTURE),
    "cut jpeg": refused(lambda: encoded(makers.freckled((400, 400)), "JPEG")[:9000], DAMAGED),
    "cut png": refused(lambda: encoded(makers.freckled((200, 200)), "PNG")[:9000], DAMAGED),
    "cut webp": refused(lambda: encoded(makers.freckled((400, 400)), "WEBP")[:3000], DAMAGED),
    "1 by 1": taken(lambda: encoded(Image.new("RGB", (1, 1), RED), "PNG"), one(RED, by=12), (1, 1)),
    "1 by 25,000,000": refused(lambda: makers.black(1, 25_000_000), TOO_LONG),
    "25,000,000 by 1": refused(lambda: makers.black(25_000_000, 1), TOO_LONG),
    "65,535 by 1": taken(lambda: makers.black(65_535, 1), one((0,) * 3), (1200, 1)),
    "1 bit of 13,000 by 13,000": refused(lambda: makers.black(13_000, 13_000), TOO_MANY),
    "25,000,001": refused(lambda: makers.black(25_000_001, 1), TOO_MANY),
    "10 MB and 1": refused(lambda: encoded(quarters(), "JPEG").ljust(MAX_BYTES + 1, b"\0"), "it is larger than 10 MB."),
    "zTXt bomb": refused(lambda: makers.bomb_in(b"zTXt", 100), DAMAGED),
    "iCCP bomb": refused(lambda: makers.bomb_in(b"iCCP", 100), DAMAGED),
    "40 scans": taken(lambda: makers.many_scans(quarters(), 30, quality=95, subsampling=0)),
    "120 scans": refused(lambda: makers.many_scans(quarters(), 120), SCANS),
    "120 scans that belong to what follows it": taken(
        lambda: encoded(quarters(), "JPEG", quality=95, subsampling=0) + makers.many_scans(quarters(), 120)
    ),
}

FULL = (5_000, 5_000)
WHOLE = (1200, 1200)
ANYTHING: Look = lambda image: True  # noqa: E731 -- a row of a table


def full(make: Callable[[], bytes], shows: Look = ANYTHING, large: tuple[int, int] = WHOLE) -> Case:
    return taken(make, shows, large)


HEAVY: dict[str, Case] = {
    "25 million exactly": full(lambda: makers.black(*FULL), one((0,) * 3)),
    "jpeg of 10 MB": full(lambda: encoded(makers.freckled(FULL), "JPEG", quality=92)),
    "progressive": full(lambda: encoded(makers.freckled(FULL), "JPEG", quality=80, progressive=True, subsampling=0)),
    "progressive cmyk": full(
        lambda: encoded(makers.freckled(FULL, "CMYK"), "JPEG", quality=40, progressive=True, subsampling=0)
    ),
    "progressive cmyk, as large as nothing may shrink": full(
        lambda: encoded(makers.freckled((2392, 9568), "CMYK"), "JPEG", quality=60, progressive=True, subsampling=0),
        large=(1200, 4800),
    ),
    "90 scans": full(lambda: makers.many_scans(quarters(FULL), 80, quality=60), is_quarters),
    "4,000 scans": refused(lambda: makers.many_scans(quarters(FULL), 4000, quality=60), SCANS),
    "interlaced": full(lambda: makers.interlaced(FULL), one(RED, by=12)),
    "rgba": full(lambda: makers.png(FULL, depth=8, colour=6, row=b"\xdc\x14\x14\x00" * 5000), one(WHITE)),
    "16-bit rgba": full(lambda: makers.png(FULL, depth=16, colour=6, row=b"\xdc\x14\x14\x00" * 10000)),
    "16-bit grey": full(lambda: makers.png(FULL, depth=16, colour=0, row=b"\x64\x80" * 5000), one((100,) * 3)),
    "grey with alpha": full(lambda: makers.png(FULL, depth=8, colour=4, row=b"\x64\x00" * 5000), one(WHITE)),
    "rgb with one colour to see through": full(
        lambda: makers.png(
            FULL, depth=8, colour=2, row=bytes(15000), before=makers.chunk(b"tRNS", bytes(6))
        ),
        one(WHITE),
    ),
    "palette with transparency": full(
        lambda: makers.png(
            FULL, depth=8, colour=3, row=bytes(5000),
            before=makers.chunk(b"PLTE", bytes(3)) + makers.chunk(b"tRNS", b"\0"),
        ),
        one(WHITE),
    ),
    "webp": full(lambda: encoded(makers.freckled(FULL), "WEBP", quality=80, method=0)),
    "webp lossless": full(lambda: encoded(quarters(FULL), "WEBP", lossless=True, method=0), is_quarters),
    "webp lossless, hard": full(lambda: encoded(spotted(FULL), "WEBP", lossless=True, method=0)),
    "webp with alpha": full(lambda: encoded(quarters(FULL).convert("RGBA"), "WEBP", quality=80, method=0), is_quarters),
    "moving webp": refused(lambda: makers.moving("WEBP", FULL), MOVES),
    "moving webp of 10 million": full(lambda: makers.moving("WEBP", (5_000, 2_000)), one(RED), (1200, 480)),
    "moving png": full(lambda: makers.moving("PNG", FULL), one(RED)),
    "as wide as a jpeg can be": full(
        lambda: encoded(makers.freckled((65_496, 376)), "JPEG", quality=60, progressive=True, subsampling=0),
        large=(1200, 7),
    ),
    "zTXt bomb": refused(lambda: makers.bomb_in(b"zTXt", 2_000), DAMAGED),
    "iCCP bomb": refused(lambda: makers.bomb_in(b"iCCP", 2_000), DAMAGED),
}  # fmt: skip


def spotted(size: tuple[int, int]) -> Image.Image:
    """Two colours, without any order: the fewest bytes that lossless WebP must take one by one."""
    return Image.effect_noise(size, 90).point(lambda shade: 255 * (shade > 200)).convert("RGB")
