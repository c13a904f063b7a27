"""WebP by libwebp's own scaling decoder: the same picture as Pillow's, and Pillow's where there is none."""

import ctypes

import pytest

from config.lib.pictures import webp
from config.lib.pictures.images import prepare_picture
from config.lib.pictures.webp import decode_still
from config.tests.lib.pictures.looking import near
from config.tests.lib.pictures.makers import RED, YELLOW, encoded, freckled, moving, quarters


def test_unscaled_it_gives_pillows_pixels():
    image = freckled((96, 64))
    still = decode_still(encoded(image, "WEBP", lossless=True), size=(96, 64))
    assert still.convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("lossless", [True, False])
def test_scaled_down_it_is_the_same_picture(lossless):
    still = decode_still(encoded(quarters((800, 400)), "WEBP", lossless=lossless), size=(100, 50))
    assert (still.mode, still.size) == ("RGBA", (100, 50))
    assert near(still.getpixel((20, 10)), (*RED, 255))
    assert near(still.getpixel((80, 40)), (*YELLOW, 255))


def test_an_animation_is_left_to_others_and_damage_is_told():
    assert decode_still(moving("WEBP"), size=(80, 40)) is None
    with pytest.raises(OSError, match="libwebp"):
        decode_still(encoded(freckled((400, 400)), "WEBP")[:3000], size=(400, 400))


def broken(*_):
    raise OSError("no such library")


def test_where_the_library_cannot_be_reached_pillow_does_it(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", broken)
    assert webp.library() is None
    assert set(prepare_picture(encoded(quarters(), "WEBP")).variants)


def test_a_library_with_other_structures_is_not_used(monkeypatch):
    monkeypatch.setattr(webp, "ABI_VERSION", 0x0309)
    assert decode_still(encoded(quarters(), "WEBP"), size=(80, 40)) is None


def test_the_structures_are_as_large_as_libwebp_has_them():
    """As its header gives them on machines of 64 bits: 40, 120 and 76 bytes."""
    sizes = [ctypes.sizeof(kind) for kind in (webp.Features, webp.Buffer, webp.Options)]
    assert sizes == [40, 120, 76]
