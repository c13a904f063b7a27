"""One picture of several covers: bytes in, bytes out."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageOps

from config.lib.pictures.images import MEDIUM


def compose(covers: Sequence[bytes]) -> bytes:
    """A square picture, 600 pixels wide, of one cover, or of four in two rows; as PNG, for `prepare_picture`.

    The covers are ours: decoded and written anew when they came in.
    """
    side = MEDIUM if len(covers) == 1 else MEDIUM // 2
    canvas = Image.new("RGB", (MEDIUM, MEDIUM))
    for place, content in enumerate(covers):
        with Image.open(BytesIO(content)) as cover:
            tile = ImageOps.fit(cover.convert("RGB"), (side, side))
        canvas.paste(tile, (place % 2 * side, place // 2 * side))
    sink = BytesIO()
    canvas.save(sink, "PNG", compress_level=1)
    return sink.getvalue()
