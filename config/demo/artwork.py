"""Covers drawn by code: one style an artist, one drawing a title, the same pixels every time."""

import io
import math
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from config.demo import cast

Colour = tuple[int, int, int]

SIDE_PX = 1400
_DRAWN_PX = 2 * SIDE_PX  # drawn at twice the size and reduced: smooth edges
_MARGIN = 0.07


def cover_jpeg(*, artist: cast.Person, title: str, seed: int) -> bytes:
    """A square JPEG of 1400 by 1400 pixels in the artist's style, lettered with the title and the name."""
    rng = np.random.default_rng([seed, SIDE_PX])
    image = _STYLES[artist.username](artist.colours, rng).resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    _letter(image, artist=artist, title=title)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90, optimize=True)
    return file.getvalue()


def _coast(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    """A low sun behind ranges of hills, each nearer one darker."""
    night, deep, mist, glow, paper = colours
    skies = ((mist, glow), (deep, glow), (night, mist), (glow, mist))
    image = _gradient(*skies[int(rng.integers(len(skies)))])
    draw = ImageDraw.Draw(image)
    x, y = rng.uniform(0.3, 0.75) * _DRAWN_PX, rng.uniform(0.3, 0.42) * _DRAWN_PX
    radius = rng.uniform(0.09, 0.16) * _DRAWN_PX
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=paper)
    layers = 7
    for layer in range(layers):
        share = layer / (layers - 1)
        draw.polygon(
            _ridge(rng, height=0.42 + 0.46 * share, rough=0.05 - 0.025 * share),
            fill=_blend(mist, night, share**0.7),
        )
    for _ in range(26):
        row = rng.uniform(0.9, 0.99) * _DRAWN_PX
        left = rng.uniform(0, 0.9) * _DRAWN_PX
        draw.line((left, row, left + rng.uniform(0.03, 0.2) * _DRAWN_PX, row), fill=deep, width=5)
    return image


def _ridge(rng: np.random.Generator, *, height: float, rough: float) -> list[tuple[float, float]]:
    """The outline of one range of hills, closed along the lower edge."""
    places = np.linspace(0.0, 1.0, 160)
    heights = np.full_like(places, height)
    for octave in range(1, 6):
        heights += rough / octave * np.sin(2 * np.pi * (octave * 0.9 * places + rng.random()))
    outline = [(float(x), float(y)) for x, y in zip(places * _DRAWN_PX, heights * _DRAWN_PX, strict=True)]
    return [*outline, (_DRAWN_PX, _DRAWN_PX), (0, _DRAWN_PX)]


def _circuit(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    """Quarter rings on a grid, each tile turned at random; a few of them alight."""
    black, violet, pink, orange, cyan = colours
    image = _gradient(black, violet)
    draw = ImageDraw.Draw(image)
    tiles = int(rng.integers(4, 7))
    size = _DRAWN_PX / tiles
    for row in range(tiles):
        for column in range(tiles):
            corner = int(rng.integers(4))
            x, y = (column + (corner in (1, 2))) * size, (row + (corner in (2, 3))) * size
            light = (violet, pink, orange, cyan)[int(rng.choice(4, p=(0.42, 0.26, 0.2, 0.12)))]
            for ring in range(int(rng.integers(2, 6)), 0, -1):
                radius = size * ring / 5.5
                box = (x - radius, y - radius, x + radius, y + radius)
                start = (0, 90, 180, 270)[corner]
                draw.arc(
                    box,
                    start,
                    start + 90,
                    fill=_blend(black, light, 0.35 + 0.13 * ring),
                    width=int(size * 0.055),
                )
    return image


def _collage(colours: tuple[Colour, ...], rng: np.random.Generator) -> Image.Image:
    """Torn paper on a plain sheet, and a field of dots that grow towards one corner."""
    ink, *papers, sheet = colours
    image = Image.new("RGB", (_DRAWN_PX, _DRAWN_PX), sheet)
    draw = ImageDraw.Draw(image)
    for place in range(6):
        draw.polygon(_scrap(rng), fill=papers[place % len(papers)])
    step = _DRAWN_PX / 34
    for row in range(34):
        for column in range(34 - row):
            radius = step * 0.42 * (1 - (row + column) / 34)
            x, y = (column + 0.5) * step, (row + 0.5) * step
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)
    draw.polygon(_scrap(rng), fill=papers[int(rng.integers(len(papers)))])
    return image


def _scrap(rng: np.random.Generator) -> list[tuple[float, float]]:
    """One torn piece: a wobbling ring around a random centre."""
    x, y = rng.uniform(0.2, 0.95, 2) * _DRAWN_PX
    reach = rng.uniform(0.14, 0.3) * _DRAWN_PX
    wobble = rng.uniform(0.0, 1.0, 3)
    return [
        (x + radius * math.cos(angle), y + radius * math.sin(angle) * 0.85)
        for angle in np.linspace(0, 2 * math.pi, 90, endpoint=False)
        for radius in [_torn(reach, angle=float(angle), wobble=wobble, rng=rng)]
    ]


def _torn(
    reach: float,
    *,
    angle: float,
    wobble: np.ndarray[tuple[int], np.dtype[np.float64]],
    rng: np.random.Generator,
) -> float:
    waves = sum(0.16 / order * math.sin(order * angle + 6.28 * share) for order, share in enumerate(wobble, start=2))
    return reach * (1 + waves + rng.normal() * 0.008)


_STYLES: Mapping[str, Callable[[tuple[Colour, ...], np.random.Generator], Image.Image]] = {
    cast.MARA.username: _coast,
    cast.OKTO.username: _circuit,
    cast.JUNO.username: _collage,
}


def _letter(image: Image.Image, *, artist: cast.Person, title: str) -> None:
    """Title and name on a dark band along the lower edge, the title as large as its band allows."""
    dark, *_, light = artist.colours
    edge = SIDE_PX * _MARGIN
    band = Image.new("RGB", (SIDE_PX, round(SIDE_PX * 0.2)), min(dark, light, key=sum))
    image.paste(band, (0, SIDE_PX - band.height))
    draw = ImageDraw.Draw(image)
    draw.text(
        (edge, SIDE_PX - band.height * 0.62),
        title,
        font=_fitted(title, SIDE_PX - 2 * edge),
        fill=artist.colours[-1],
        anchor="lm",
    )
    small = ImageFont.load_default(size=46)
    draw.text(
        (edge, SIDE_PX - band.height * 0.24),
        artist.display_name,
        font=small,
        fill=artist.colours[-3],
        anchor="lm",
    )


def _fitted(text: str, width_px: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font at the largest size, up to 112, at which the text is no wider than `width_px`."""
    sizes = (size for size in range(112, 30, -4) if ImageFont.load_default(size=size).getlength(text) <= width_px)
    return ImageFont.load_default(size=next(sizes, 30))


def _gradient(top: Colour, bottom: Colour) -> Image.Image:
    column = Image.new("RGB", (1, 256))
    for row in range(256):
        column.putpixel((0, row), _blend(top, bottom, row / 255))
    return column.resize((_DRAWN_PX, _DRAWN_PX), Image.Resampling.BILINEAR)


def _blend(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * min(1.0, share)) for a, b in zip(first, second, strict=True))
    return red, green, blue
