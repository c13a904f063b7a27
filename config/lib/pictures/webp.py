"""WebP decoded straight to a smaller picture, by the libwebp that Pillow brings along.

Pillow itself decodes WebP as an animation, which holds the canvas four times over: half a gigabyte for 25 million
pixels.
Structures and numbers are those of libwebp's `src/webp/decode.h`, whose major version it checks.
"""

import ctypes
from ctypes import POINTER, Structure, byref, c_int, c_size_t, c_uint8, c_uint32, c_void_p
from typing import Any

from PIL import Image

ABI_VERSION = 0x0209
MODE_RGBA = 1
OK, UNSUPPORTED_FEATURE = 0, 4


class Features(Structure):
    """WebPBitstreamFeatures."""

    _fields_ = (
        *((name, c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")),
        ("pad", c_uint32 * 5),
    )


class Buffer(Structure):
    """WebPDecBuffer, with the larger member of its union, WebPYUVABuffer, as room after WebPRGBABuffer."""

    _fields_ = (
        *((name, c_int) for name in ("colorspace", "width", "height", "is_external_memory")),
        ("pixels", c_void_p),
        ("stride", c_int),
        ("size", c_size_t),
        ("room", c_uint8 * 56),
        ("pad", c_uint32 * 4),
        ("private_memory", c_void_p),
    )


class Options(Structure):
    """WebPDecoderOptions."""

    _fields_ = (
        *(
            (name, c_int)
            for name in (
                "bypass_filtering", "no_fancy_upsampling", "use_cropping", "crop_left", "crop_top", "crop_width",
                "crop_height", "use_scaling", "scaled_width", "scaled_height", "use_threads", "dithering_strength",
                "flip", "alpha_dithering_strength",
            )
        ),
        ("pad", c_uint32 * 5),
    )  # fmt: skip


class Config(Structure):
    """WebPDecoderConfig, with room behind it for members of newer minor versions."""

    _fields_ = (("input", Features), ("output", Buffer), ("options", Options), ("room", c_uint8 * 256))


def library() -> ctypes.CDLL | None:
    """The libwebp that Pillow's own module is linked with; None where it cannot be reached through it."""
    try:
        from PIL import _webp  # noqa: PLC0415 -- a Pillow may be built without it

        found = ctypes.CDLL(_webp.__file__)
        found.WebPDecode.argtypes = (c_void_p, c_size_t, POINTER(Config))
        found.WebPInitDecoderConfigInternal.argtypes = (POINTER(Config), c_int)
    except (ImportError, OSError, AttributeError):
        return None
    return found


def decode_still(content: bytes, *, size: tuple[int, int]) -> Image.Image | None:
    """The picture in RGBA, scaled down to `size` (width, height) on the way; None for an animation, or where this
    machine cannot do it. Raises OSError for a damaged one."""
    libwebp, config = library(), Config()
    if libwebp is None or not libwebp.WebPInitDecoderConfigInternal(byref(config), ABI_VERSION):
        return None
    width, height = size
    pixels = bytearray(width * height * 4)
    held = (c_uint8 * len(pixels)).from_buffer(pixels)
    config.options.use_scaling, config.options.scaled_width, config.options.scaled_height = 1, width, height
    config.output.colorspace, config.output.is_external_memory = MODE_RGBA, 1
    config.output.pixels, config.output.stride = ctypes.addressof(held), width * 4
    config.output.size = len(pixels)
    status = libwebp.WebPDecode(content, len(content), byref(config))
    if status == UNSUPPORTED_FEATURE:
        return None
    if status != OK:
        raise OSError(f"libwebp says {status}")
    buffer: Any = pixels  # an array of C is a buffer too, which Pillow's types leave out
    return Image.frombuffer("RGBA", size, buffer, "raw", "RGBA", 0, 1)
