"""Pictures that strangers send, made harmless: decoded within limits, turned upright, stripped, stored as WebP."""

import base64
import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from config.lib.errors import DomainError

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 1024**2
MAX_PIXELS = 25_000_000
QUALITY = 82
VARIANTS = ("thumb.webp", "medium.webp", "large.webp")
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


def read_picture(content: bytes) -> Image.Image:
    """The picture upright in RGB; raises PictureRefused. The header's size is checked before any pixel is decoded."""
    if len(content) > MAX_BYTES:
        raise PictureRefused(reason="it is larger than 10 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise PictureRefused(reason="it has more than 25 million pixels.")
            return ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError as error:
        raise PictureRefused(reason="it is not a JPEG, PNG or WebP file.") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise PictureRefused(reason="it has more than 25 million pixels.") from error
    except DAMAGE as error:
        raise PictureRefused(reason="it is damaged.") from error


def as_webp(image: Image.Image, *, quality: int = QUALITY) -> bytes:
    """WebP bytes without any metadata."""
    sink = io.BytesIO()
    image.save(sink, "WEBP", quality=quality, method=4)
    return sink.getvalue()


def prepare_picture(content: bytes) -> Picture:
    """The variants of the contract: a 150 x 150 crop, 600 and 1200 wide (never enlarged), colour and placeholder."""
    image = read_picture(content)
    thumb, tiny = ImageOps.fit(image, (150, 150)), image.resize((8, 8))
    variants = {"thumb.webp": as_webp(thumb)}
    for name, width in (("large.webp", 1200), ("medium.webp", 600)):
        image.thumbnail((width, width * 4))  # in its place: a copy of the whole picture may be 100 MB
        variants[name] = as_webp(image)
    red, green, blue = tiny.resize((1, 1)).tobytes()
    encoded = base64.b64encode(as_webp(tiny, quality=20)).decode()
    return Picture(
        variants=variants,
        color=f"#{red:02x}{green:02x}{blue:02x}",
        placeholder=f"data:image/webp;base64,{encoded}",
    )
