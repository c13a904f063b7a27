"""Pictures that strangers send, made harmless."""

import base64
import io
import os
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from config.lib.pictures.images import MAX_BYTES, PictureRefused, fitting, prepare_picture, read_picture, reduction
from config.tests.lib.pictures.cases import EVERYDAY
from config.tests.lib.pictures.makers import moving

ORIENTATION, GPS, ARTIST = 0x0112, 0x8825, 0x013B
PROJECT = Path(__file__).resolve().parents[4]


def encoded(image: Image.Image, form: str, **options) -> bytes:
    sink = io.BytesIO()
    image.save(sink, form, **options)
    return sink.getvalue()


def halves(size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, (220, 20, 20))
    image.paste((20, 20, 220), (size[0] // 2, 0, *size))
    return image


def located(orientation: int) -> Image.Exif:
    """What a telephone writes into a photograph."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[ARTIST] = "Ada at home"
    exif[GPS] = {1: "N", 2: (52.0, 30.0, 1.5)}
    return exif


def png(width: int, height: int) -> bytes:
    """A black 1-bit PNG, written by hand: twenty kilobytes that stand for as many pixels as one likes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def opened(picture) -> dict[str, Image.Image]:
    return {name: Image.open(io.BytesIO(content), formats=["WEBP"]) for name, content in picture.variants.items()}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_three_webp_a_colour_and_a_placeholder(form):
    picture = prepare_picture(encoded(halves((2000, 1000)), form))
    sizes = {name: image.size for name, image in opened(picture).items()}
    assert sizes == {"thumb.webp": (150, 150), "medium.webp": (600, 300), "large.webp": (1200, 600)}
    assert picture.color.startswith("#")
    assert len(picture.color) == 7
    head, _, body = picture.placeholder.partition(",")
    assert head == "data:image/webp;base64"
    assert len(picture.placeholder) < 500
    assert Image.open(io.BytesIO(base64.b64decode(body))).size == (8, 8)


def test_a_small_picture_is_not_enlarged():
    sizes = {name: image.size for name, image in opened(prepare_picture(encoded(halves(), "PNG"))).items()}
    assert sizes == {"thumb.webp": (150, 150), "medium.webp": (80, 40), "large.webp": (80, 40)}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("orientation", "size"), [(1, (80, 40)), (3, (80, 40)), (6, (40, 80)), (8, (40, 80))])
def test_a_picture_stands_upright_and_says_nothing_of_where_it_was_taken(form, orientation, size):
    content = encoded(halves(), form, exif=located(orientation))
    assert b"Ada at home" in content or form == "PNG"
    picture = prepare_picture(content)
    for name, image in opened(picture).items():
        assert dict(image.getexif()) == {}
        assert not {"exif", "xmp", "icc_profile"} & set(image.info)
        assert b"Ada" not in picture.variants[name]
    assert opened(picture)["large.webp"].size == size


def test_turned_by_half_the_left_is_on_the_right():
    large = opened(prepare_picture(encoded(halves(), "PNG", exif=located(3))))["large.webp"].convert("RGB")
    red, _, blue = large.getpixel((70, 20))
    assert red > 180
    assert blue < 60


def test_cmyk_keeps_its_colours():
    content = encoded(halves().convert("CMYK"), "JPEG", quality=95)
    red, green, blue = opened(prepare_picture(content))["large.webp"].convert("RGB").getpixel((10, 20))
    assert red > 180
    assert max(green, blue) < 70


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_read(mode):
    content = encoded(halves().convert("L" if mode == "I;16" else mode).convert(mode), "PNG")
    assert read_picture(content).image.mode in {"L", "RGB"}


def broken(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(200) + content[middle + 200 :]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
NO_PICTURES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "it is not a JPEG, PNG or WebP file."),
    "svg": (lambda: SVG, "it is not a JPEG, PNG or WebP file."),
    "html": (lambda: b"<!doctype html><script>alert(1)</script>", "it is not a JPEG, PNG or WebP file."),
    "gif": (lambda: encoded(halves(), "GIF"), "it is not a JPEG, PNG or WebP file."),
    "tiff": (lambda: encoded(halves(), "TIFF"), "it is not a JPEG, PNG or WebP file."),
    "eps": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is not a JPEG, PNG or WebP file."),
    "random": (lambda: os.urandom(50_000), "it is not a JPEG, PNG or WebP file."),
    "too many bytes": (lambda: encoded(halves(), "JPEG") + bytes(MAX_BYTES), "it is larger than 10 MB."),
    "25,000,001 pixels": (lambda: png(25_000_001, 1), "it has more than 25 million pixels."),
    "a bomb that Pillow warns of": (lambda: png(13_000, 13_000), "it has more than 25 million pixels."),
    "a bomb that Pillow refuses": (lambda: png(20_000, 20_000)[:5_000], "it has more than 25 million pixels."),
    "cut jpeg": (lambda: encoded(halves((400, 400)), "JPEG")[:1500], "it is damaged."),
    "cut png": (lambda: encoded(Image.effect_noise((200, 200), 90), "PNG")[:9000], "it is damaged."),
    "cut webp": (lambda: encoded(Image.effect_noise((200, 200), 90).convert("RGB"), "WEBP")[:3000], "it is damaged."),
    "png with a broken middle": (lambda: broken(encoded(Image.effect_noise((200, 200), 90), "PNG")), "it is damaged."),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_sound_picture_is_refused_with_its_reason(name):
    make, reason = NO_PICTURES[name]
    with pytest.raises(PictureRefused) as refused:
        prepare_picture(make())
    assert refused.value.facts == {"reason": reason}


def test_25_million_pixels_are_still_taken():
    assert read_picture(png(5_000, 5_000)).image.size == (5_000, 5_000)


def with_odd_exif(tag: int, kind: int) -> bytes:
    """A photograph whose EXIF says: turn me, and whose second entry has a type that this tag never has."""
    entries = struct.pack("<HHII", ORIENTATION, 3, 1, 6) + struct.pack("<HHII", tag, kind, 1, 1)
    return encoded(halves(), "JPEG", exif=b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + entries + bytes(4))


@pytest.mark.parametrize(("tag", "kind"), [(0x011A, 1), (0x011A, 2), (0xA005, 1), (0x0132, 5)])
def test_a_note_that_makes_no_sense_keeps_nobody_from_turning_the_picture_upright(tag, kind):
    """Pillow stumbles over them where it writes them anew, with TypeError, struct.error or AttributeError."""
    assert opened(prepare_picture(with_odd_exif(tag, kind)))["large.webp"].size == (40, 80)


BOMB = """
import resource, sys
from pathlib import Path
import django
django.setup()
from config.lib.pictures.images import PictureRefused, prepare_picture
content = Path(sys.argv[1]).read_bytes()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    prepare_picture(content)
except PictureRefused as refused:
    print(refused.facts["reason"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_bomb_is_refused_before_it_takes_memory(tmp_path):
    """13,000 by 13,000 pixels in one bit each: 20 kB that become 822 MB where the header is not looked at."""
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png(13_000, 13_000))
    assert bomb.stat().st_size < 40_000
    command = [sys.executable, "-W", "ignore", "-c", BOMB, str(bomb)]
    told = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    reason, _, kilobytes = told.strip().rpartition(" ")
    assert reason == "it has more than 25 million pixels."
    assert int(kilobytes) < 20_000


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_whatever_the_bytes_there_is_a_picture_or_a_refusal():
    """Broken in up to eight places, mostly in their heads, where sizes, offsets and EXIF are read."""
    dice = random.Random(11)  # noqa: S311 -- a repeatable test, not a secret
    noise = Image.effect_noise((40, 30), 60)
    whole = [encoded(noise.convert("RGB"), form, exif=located(6)) for form in ("JPEG", "PNG", "WEBP")]
    whole += [encoded(noise.convert("P"), "PNG"), encoded(noise.convert("CMYK"), "JPEG")]
    outcomes = {True: 0, False: 0}
    for _ in range(1_500):
        content = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 8)):
            content[dice.randrange(min(len(content), dice.choice([60, 200, len(content)])))] = dice.randrange(256)
        try:
            read_picture(bytes(content))
            outcomes[True] += 1
        except PictureRefused:
            outcomes[False] += 1
    assert min(outcomes.values()) > 100


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize("name", EVERYDAY)
def test_the_corpus_ends_the_same_way_outside_the_program(name):
    case = EVERYDAY[name]
    if case.reason:
        with pytest.raises(PictureRefused) as refused:
            prepare_picture(case.make())
        assert refused.value.facts == {"reason": case.reason}
    else:
        assert case.shows(opened(prepare_picture(case.make()))["large.webp"].convert("RGB"))


def test_of_an_animation_that_is_too_large_nothing_is_decoded():
    with pytest.raises(PictureRefused, match="it moves"):
        prepare_picture(moving("WEBP", (5_000, 2_001)))


def test_what_is_tall_and_lies_on_its_side_is_as_wide_as_any_other():
    assert fitting((3_000, 1_000), 1) == (1200, 400)
    assert fitting((3_000, 1_000), 6) == (3_000, 1_000)
    assert fitting((10_000, 2_500), 6) == (4800, 1200)
    assert reduction((5_000, 5_000), 1) == 2
    assert reduction((2_000, 2_000), 1) == 1
    assert reduction((2_500, 10_000), 1) == 2  # not twice as large as it is needed, and too large to be decoded whole
