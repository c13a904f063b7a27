"""How far a coder's sound is from the original: log-spectral distance, in dB.

The root mean square over frequency of the difference of both log power spectra, averaged over the frames that are not
silent (A. Gray and J. Markel, "Distance measures for speech processing", 1976). It sees what is missing or added at
each pitch; it knows nothing of masking, so it ranks settings of one coder, not coders.
"""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracks.audio.ffmpeg import ffmpeg_binary

RATE_HZ = 48_000
FRAME, HOP = 2048, 1024
FLOOR = 1e-9  # -90 dB: what lies below is noise of 16 bits
SILENT_DB = -60.0
HIGHEST_HZ = 16_000.0

Spectrum = NDArray[np.float64]


def decoded(path: Path) -> NDArray[np.float64]:
    """The mean of all channels, full scale 1."""
    command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-i", str(path), "-ac", "2", "-ar", str(RATE_HZ)]
    pcm = subprocess.run([*command, "-f", "s16le", "-"], capture_output=True, check=True).stdout  # noqa: S603 -- ours
    return np.frombuffer(pcm, "<i2").reshape(-1, 2).mean(axis=1) / 32_768


def spectrum(sound: NDArray[np.float64]) -> Spectrum:
    """Power in dB, shape (frames, frequencies up to 16 kHz)."""
    window = np.hanning(FRAME)
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP] * window
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2 / (window.sum() / 2) ** 2
    shown: Spectrum = 10 * np.log10(power + FLOOR)
    return shown[:, 1 : int(HIGHEST_HZ / RATE_HZ * FRAME)]


def distance(one: Spectrum, other: Spectrum) -> float:
    """Log-spectral distance in dB; nan for silence."""
    count = min(len(one), len(other))
    heard = one[:count].max(axis=1) > SILENT_DB
    if not heard.any():
        return float("nan")
    gap = (one[:count] - other[:count])[heard]
    return float(np.sqrt((gap**2).mean(axis=1)).mean())
