"""Waveforms as they are handed out."""

from config.lib.renderers import dumps
from tracks.audio.picture import waveform_png, waveform_svg
from tracks.audio.waveform import Waveform

PICTURE = {"width": 1800, "height": 280}
INK = "#ff6a3d"


def draw(waveform: Waveform, *, form: str) -> tuple[bytes, str]:
    """The peaks in the form asked for, and its content type."""
    if form == "dat":
        return waveform.to_dat(), "application/octet-stream"
    if form == "png":
        return waveform_png(waveform, **PICTURE, color=INK, background=None), "image/png"
    if form == "svg":
        return waveform_svg(waveform, **PICTURE, color=INK), "image/svg+xml"
    return dumps(waveform.to_json_dict()), "application/json"
