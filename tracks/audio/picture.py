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
    if not (1 <= width <= MAX_WIDTH and MIN_HEIGHT <= height <= MAX_HEIGHT):
        raise ValueError(f"a picture of {width} x {height} pixels is not drawn")
    paper = ImageColor.getcolor(background, "RGBA") if background else (0, 0, 0, 0)
    ink = ImageColor.getcolor(color, "RGBA")
    image = Image.new("RGBA", (width, height), paper)
    draw = ImageDraw.Draw(image)
    middle = height // 2
    for index, level in enumerate(bar_levels(waveform, bars=(width + GAP) // (BAR + GAP) or 1)):
        reach = max(1, round(level * middle))
        left = index * (BAR + GAP)
        draw.rectangle((left, middle - reach, left + BAR - 1, middle + reach - 1), fill=ink)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


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
