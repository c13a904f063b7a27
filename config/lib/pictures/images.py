"""Pictures that strangers send, made harmless: decoded within limits, turned upright, stripped, stored as WebP."""

import base64
import io
import struct
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from config.lib.errors import DomainError
from config.lib.pictures.jpeg import has_more_scans
from config.lib.pictures.webp import decode_still

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 1024**2
MAX_PIXELS = 25_000_000
# A row costs memory of its own, however short it is; no JPEG is longer.
MAX_SIDE = 65_535
# Encoders make a dozen; hundreds are there to keep a decoder busy.
MAX_SCANS = 100
# Of an animation the canvas is held four times.
MAX_MOVING_PIXELS = 10_000_000
QUALITY = 82
# Of six: half the time of four, for three bytes more in a hundred, while somebody waits.
EFFORT = 2
VARIANTS = ("thumb.webp", "medium.webp", "large.webp")
THUMB, MEDIUM, LARGE = 150, 600, 1200
TALLEST = 4  # times as high as wide; what is taller becomes narrower
# What is worked on at once where a picture is changed pixel by pixel.
STRIP_PIXELS = 1_000_000
SHADES_OF_16_BITS = 256
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = frozenset({5, 6, 7, 8})
# What Pillow raises in the middle of a broken file.
DAMAGE = (OSError, ValueError, SyntaxError, struct.error, LookupError, TypeError, AttributeError, ArithmeticError)


class PictureRefused(DomainError):
    code = "picture_refused"
    status = 400
    title = "The picture was not taken: {reason}"


@dataclass(frozen=True)
class Picture:
    """`variants`: file name -> WebP bytes. `color`: #rrggbb. `placeholder`: a data: URL under 500 characters."""

    variants: dict[str, bytes]
    color: str
    placeholder: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """A picture without transparency, as it lies in its file or half, a quarter, an eighth of that; in L, RGB or CMYK.

    `orientation` (1..8, as EXIF has it) says how it is turned, `profile` what its numbers mean.
    """

    image: Image.Image
    orientation: int
    profile: bytes | None


def prepare_picture(content: bytes) -> Picture:
    """The variants of the contract: a 150 x 150 crop, 600 and 1200 wide (never enlarged), colour and placeholder.

    Raises PictureRefused.
    """
    source = read_picture(content)
    thumb = finished(source, ImageOps.fit(source.image, (THUMB, THUMB)))
    size = fitting(source.image.size, source.orientation)
    large = finished(source, source.image.resize(size, reducing_gap=2.0))
    variants = {"thumb.webp": as_webp(thumb), "large.webp": as_webp(large)}
    tiny = large.resize((8, 8))
    large.thumbnail((MEDIUM, MEDIUM * TALLEST))
    variants["medium.webp"] = as_webp(large)
    red, green, blue = tiny.resize((1, 1)).tobytes()
    encoded = base64.b64encode(as_webp(tiny, quality=20)).decode()
    return Picture(
        variants=variants,
        color=f"#{red:02x}{green:02x}{blue:02x}",
        placeholder=f"data:image/webp;base64,{encoded}",
    )


def read_picture(content: bytes) -> Source:
    """The decoded picture. Raises PictureRefused; the header's size is checked before any pixel is decoded."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(reason="it is larger than 10 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return decoded(content)
    except UnidentifiedImageError as error:
        raise PictureRefused(reason="it is not a JPEG, PNG or WebP file.") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureRefused(reason="it has more than 25 million pixels.") from error
    except DAMAGE as error:
        raise PictureRefused(reason="it is damaged.") from error


def decoded(content: bytes) -> Source:
    """The picture that the bytes are, decoded no larger than it is needed where the format can do that."""
    image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise PictureRefused(reason="it has more than 25 million pixels.")
    if max(image.size) > MAX_SIDE:
        raise PictureRefused(reason=f"it is longer than {MAX_SIDE:,} pixels.")
    if image.format not in {"PNG", "WEBP"} and has_more_scans(content, MAX_SCANS):
        raise PictureRefused(reason="it is drawn in more than 100 scans.")
    if image.format == "PNG":
        image.load()  # how it is turned may stand behind the pixels
    orientation, profile = orientation_of(image), image.info.get("icc_profile")
    factor = reduction(image.size, orientation)
    if image.format == "WEBP":
        image = decoded_webp(image, content, factor=factor)
    else:
        image.draft(None, (image.width // factor, image.height // factor))  # JPEG only: less is decoded
    return Source(image=opaque(image), orientation=orientation, profile=profile)


def decoded_webp(image: Image.Image, content: bytes, *, factor: int) -> Image.Image:
    """A still one so much smaller; of an animation the first picture."""
    still = decode_still(content, size=(-(-image.width // factor), -(-image.height // factor)))
    if still is None and image.width * image.height > MAX_MOVING_PIXELS:
        raise PictureRefused(reason="it moves, and has more than 10 million pixels.")
    return still or image


def orientation_of(image: Image.Image) -> int:
    """How the picture is turned, 1..8; upright where it says nothing, or nothing that makes sense."""
    try:
        told = image.getexif().get(ExifTags.Base.Orientation, 1)
    except DAMAGE:
        return 1
    return told if told in UPRIGHT else 1


def fitting(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """The size, as the picture lies, of one that is upright at most 1200 wide and 4800 high; never enlarged."""
    width, height = size
    across, down = (LARGE * TALLEST, LARGE) if orientation in LYING else (LARGE, LARGE * TALLEST)
    scale = min(1.0, across / width, down / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def reduction(size: tuple[int, int], orientation: int) -> int:
    """8, 4, 2 or 1: by how much the picture may shrink in decoding and still be twice as large as it is needed.

    What is large and not twice as large may shrink to what is needed.
    """
    width, height = size
    across, down = fitting(size, orientation)
    least = (max(across, min(width, THUMB)), max(down, min(height, THUMB)))
    for spare in (2, 1):
        factor = min(width // (least[0] * spare), height // (least[1] * spare))
        if factor > 1 or width * height < MAX_PIXELS // 2:
            break
    return max(number for number in (1, 2, 4, 8) if number <= max(1, factor))


def opaque(image: Image.Image) -> Image.Image:
    """The picture in L, RGB or CMYK, with white where one could see through it.

    Strip by strip: another copy of the whole would be 100 MB.
    """
    image.load()
    if image.mode in {"L", "RGB", "CMYK"} and "transparency" not in image.info:
        return image
    grey = image.mode in {"1", "L", "LA", "I", "I;16"} and "transparency" not in image.info
    whole = Image.new("L" if grey else "RGB", image.size, "white")
    rows = max(1, STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        strip = image.crop((0, top, image.width, min(top + rows, image.height)))
        if strip.mode in {"I", "I;16"}:
            strip = strip.convert("I").point(lambda shade: shade * (1 / SHADES_OF_16_BITS)).convert("L")
        seen = strip.convert("LA" if grey else "RGBA")
        whole.paste(seen.convert(whole.mode), (0, top), seen.getchannel("A"))
    return whole


def finished(source: Source, image: Image.Image) -> Image.Image:
    """A variant in sRGB, upright. What a profile says that makes no sense is passed over, as browsers do."""
    turn = UPRIGHT.get(source.orientation)
    image = image.transpose(turn) if turn is not None else image
    if source.profile:
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(source.profile))
            shown = ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if shown is not None:
                return shown
        except (ImageCms.PyCMSError, *DAMAGE):
            pass
    return image.convert("RGB")


def as_webp(image: Image.Image, *, quality: int = QUALITY) -> bytes:
    """WebP bytes without any metadata: what Pillow knows of the picture's origin is not handed on."""
    sink = io.BytesIO()
    image.save(sink, "WEBP", quality=quality, method=EFFORT, exif=b"", icc_profile=b"", xmp=b"")
    return sink.getvalue()
