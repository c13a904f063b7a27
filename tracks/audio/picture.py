"""A waveform as a picture."""

import io

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from tracks.audio.waveform import Waveform

MAX_WIDTH = 4096
MIN_HEIGHT = 2
MAX_HEIGHT = 1024
BAR = 2
GAP = 1
FULL_SCALE = 128


def waveform_png(waveform: Waveform, *, width: int, height: int, color: str, background: str | None) -> bytes:
    """PNG of mirrored bars, 2 pixels wide and 1 apart, each as high as the loudest sample under it.

    `color` and `background` are CSS colours ("#ff5500", "#0008", "white"); None leaves the background
    transparent. Edges lie on whole pixels. Silence is a line of 2 pixels. Raises ValueError for an unknown
    colour or a size outside 1..4096 by 2..1024 pixels.
    """
    drawn = bars(waveform, width=width, height=height)
    paper = ImageColor.getcolor(background, "RGBA") if background else (0, 0, 0, 0)
    ink = ImageColor.getcolor(color, "RGBA")
    image = Image.new("RGBA", (width, height), paper)
    draw = ImageDraw.Draw(image)
    for left, top, tall in drawn:
        draw.rectangle((left, top, left + BAR - 1, top + tall - 1), fill=ink)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def waveform_svg(waveform: Waveform, *, width: int, height: int, color: str) -> bytes:
    """The same picture as SVG, without a background; it takes the size of the box in which it is shown.

    Raises ValueError for an unknown colour or a size outside 1..4096 by 2..1024 pixels.
    """
    red, green, blue = ImageColor.getrgb(color)[:3]
    outlines = (f"M{left} {top}h{BAR}v{tall}h-{BAR}z" for left, top, tall in bars(waveform, width=width, height=height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        f'<path fill="#{red:02x}{green:02x}{blue:02x}" d="{"".join(outlines)}"/></svg>'
    ).encode()


def bars(waveform: Waveform, *, width: int, height: int) -> list[tuple[int, int, int]]:
    """Left edge, top and height of each bar, in whole pixels. Raises ValueError for an impossible size."""
    if not (1 <= width <= MAX_WIDTH and MIN_HEIGHT <= height <= MAX_HEIGHT):
        raise ValueError(f"a picture of {width} x {height} pixels is not drawn")
    middle = height // 2
    levels = bar_levels(waveform, bars=(width + GAP) // (BAR + GAP) or 1)
    reaches = [max(1, round(level * middle)) for level in levels]
    return [(index * (BAR + GAP), middle - reach, 2 * reach) for index, reach in enumerate(reaches)]


def bar_levels(waveform: Waveform, *, bars: int) -> list[float]:
    """The loudest of the points under each bar, 0..1; with fewer points than bars, a point spans several
    bars.
    """
    pairs = waveform.pairs().astype(np.int16)
    if not len(pairs):
        return [0.0] * bars
    loudest = np.abs(pairs).max(axis=1)
    starts = np.arange(bars) * len(loudest) // bars
    return [float(level) / FULL_SCALE for level in np.maximum.reduceat(loudest, starts)]
