"""Filters on finished sound, in the frequency domain: no sample-by-sample recursion."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from config.demo.music.samples import SAMPLE_RATE_HZ, Stereo, next_fast_length

Response = Callable[[NDArray[np.float32]], NDArray[np.float32]]

_FRAME = 2048
_HOP = _FRAME // 2
_FRAMES_AT_ONCE = 512


def lowpass(cutoff_hz: float) -> Response:
    """Magnitude 1/√(1 + (f/fc)⁴): 12 dB per octave above the cut-off."""
    return lambda hertz: 1.0 / np.sqrt(1.0 + (hertz / np.float32(cutoff_hz)) ** 4)


def highpass(cutoff_hz: float) -> Response:
    """The mirror of `lowpass`: 12 dB per octave below the cut-off, nothing at 0 Hz."""

    def response(hertz: NDArray[np.float32]) -> NDArray[np.float32]:
        ratio = (hertz / np.float32(cutoff_hz)) ** 2
        passed: NDArray[np.float32] = ratio / np.sqrt(1.0 + ratio**2)
        return passed

    return response


def bandpass(low_hz: float, high_hz: float) -> Response:
    """What passes both a high pass at `low_hz` and a low pass at `high_hz`."""
    return lambda hertz: highpass(low_hz)(hertz) * lowpass(high_hz)(hertz)


def applied(sound: Stereo, response: Response) -> Stereo:
    """`sound` (mono or stereo, time on the last axis) with each frequency scaled by `response`; no delay."""
    count = sound.shape[-1]
    size = next_fast_length(count + _FRAME)
    hertz = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE_HZ).astype(np.float32)
    spectrum = np.fft.rfft(sound, n=size, axis=-1)
    spectrum *= response(hertz)
    filtered: Stereo = np.fft.irfft(spectrum, n=size, axis=-1)[..., :count].astype(np.float32)
    return filtered


def swept_lowpass(sound: Stereo, cutoffs_hz: tuple[float, ...]) -> Stereo:
    """A low pass whose cut-off moves through `cutoffs_hz`, evenly spread from the first sample to the last.

    Half-overlapping frames under a sine window on both sides of the transform (their squares add up to one).
    """
    window = np.sin(np.pi * (np.arange(_FRAME) + 0.5) / _FRAME).astype(np.float32)
    padded = np.pad(sound, ((0, 0), (_HOP, _FRAME + _HOP)))
    result = np.zeros_like(padded)
    starts = np.arange(0, padded.shape[1] - _FRAME, _HOP)
    octaves = np.interp(np.linspace(0, len(cutoffs_hz) - 1, starts.size), range(len(cutoffs_hz)), np.log2(cutoffs_hz))
    for first in range(0, starts.size, _FRAMES_AT_ONCE):
        chosen = slice(first, first + _FRAMES_AT_ONCE)
        frames = padded[:, starts[chosen, None] + np.arange(_FRAME)] * window
        shaped = _filtered_frames(frames, np.exp2(octaves[chosen]).astype(np.float32)) * window
        for place, start in enumerate(starts[chosen]):
            result[:, start : start + _FRAME] += shaped[:, place]
    return result[:, _HOP : _HOP + sound.shape[1]]


def _filtered_frames(frames: Stereo, cutoffs_hz: NDArray[np.float32]) -> Stereo:
    hertz = np.fft.rfftfreq(_FRAME, 1.0 / SAMPLE_RATE_HZ).astype(np.float32)
    weights = 1.0 / np.sqrt(1.0 + (hertz[None, :] / cutoffs_hz[:, None]) ** 6)
    spectrum = np.fft.rfft(frames, axis=-1) * weights
    shaped: Stereo = np.fft.irfft(spectrum, n=_FRAME, axis=-1).astype(np.float32)
    return shaped
