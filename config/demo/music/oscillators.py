"""Band-limited oscillators: one cycle is summed from its harmonics, then read at any pitch.

A filter on such a tone costs nothing: it is a weight on each harmonic before the cycle is summed.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from config.demo.music.samples import SAMPLE_RATE_HZ, Mono, sample_count

Spectrum = NDArray[np.float64]
Shape = Callable[[Spectrum], Spectrum]

_CYCLE_POINTS = 4096
_HIGHEST_HZ = 17_000.0


def saw(harmonic: Spectrum) -> Spectrum:
    """Amplitude 1/n: every harmonic."""
    return 1.0 / harmonic


def square(harmonic: Spectrum) -> Spectrum:
    """Amplitude 1/n on the odd harmonics only."""
    return (harmonic % 2) / harmonic


def triangle(harmonic: Spectrum) -> Spectrum:
    """Amplitude 1/n² on the odd harmonics with alternating sign."""
    odd = harmonic % 2
    return odd * np.where((harmonic // 2) % 2 == 0, 1.0, -1.0) / harmonic**2


def pulse(width: float) -> Shape:
    """A rectangle that is high for the share `width` of its cycle."""

    def shape(harmonic: Spectrum) -> Spectrum:
        return np.sin(np.pi * harmonic * width) / harmonic

    return shape


def drawbars(levels: tuple[float, ...]) -> Shape:
    """An organ: the given level on each of the first harmonics, nothing above."""

    def shape(harmonic: Spectrum) -> Spectrum:
        index = harmonic.astype(int) - 1
        return np.where(index < len(levels), np.take(levels, np.minimum(index, len(levels) - 1)), 0.0)

    return shape


def harmonic_numbers(frequency_hz: float) -> Spectrum:
    """1, 2, 3, … up to the last harmonic that stays below 17 kHz."""
    count = int(np.clip(_HIGHEST_HZ / frequency_hz, 1, _CYCLE_POINTS // 4))
    return np.arange(1, count + 1, dtype=np.float64)


def lowpass_weights(frequency_hz: Spectrum, *, cutoff_hz: float, resonance: float = 0.0) -> Spectrum:
    """Magnitude of a 24 dB per octave low pass, with a bump of `resonance` (0 to 4) at the cut-off."""
    ratio = frequency_hz / cutoff_hz
    flat = 1.0 / np.sqrt(1.0 + ratio**8)
    return flat + resonance * np.exp(-((np.log2(np.maximum(ratio, 1e-6)) * 3.5) ** 2))


def cycle(amplitudes: Spectrum) -> Mono:
    """One period with the given amplitudes on harmonic 1, 2, 3, …; one extra point closes the ring."""
    spectrum = np.zeros(_CYCLE_POINTS // 2 + 1, dtype=np.complex128)
    spectrum[1 : amplitudes.size + 1] = -0.5j * amplitudes * _CYCLE_POINTS
    table = np.fft.irfft(spectrum, n=_CYCLE_POINTS)
    return np.append(table, table[0]).astype(np.float32)


def steady_phase(frequency_hz: float, seconds: float, *, start: float = 0.0) -> NDArray[np.float64]:
    """Phase in cycles of a tone that keeps its pitch."""
    return np.arange(sample_count(seconds), dtype=np.float64) * (frequency_hz / SAMPLE_RATE_HZ) + start


def moving_phase(frequency_hz: Mono, *, start: float = 0.0) -> NDArray[np.float64]:
    """Phase in cycles of a tone whose pitch in hertz is given for every sample."""
    return np.cumsum(frequency_hz, dtype=np.float64) / SAMPLE_RATE_HZ + start


def read(table: Mono, phase: NDArray[np.float64]) -> Mono:
    """The cycle at each phase, linearly interpolated."""
    place = ((phase % 1.0) * _CYCLE_POINTS).astype(np.float32)
    index = place.astype(np.int32)
    np.minimum(index, _CYCLE_POINTS - 1, out=index)
    low = table[index]
    read_out: Mono = low + (table[index + 1] - low) * (place - index.astype(np.float32))
    return read_out


def filtered_cycle(shape: Shape, *, frequency_hz: float, cutoff_hz: float, resonance: float = 0.0) -> Mono:
    """One cycle of `shape` behind a low pass."""
    harmonic = harmonic_numbers(frequency_hz)
    weights = lowpass_weights(harmonic * frequency_hz, cutoff_hz=cutoff_hz, resonance=resonance)
    return cycle(shape(harmonic) * weights)


def sine(phase: NDArray[np.float64]) -> Mono:
    """A sine at each phase (in cycles)."""
    wave: Mono = np.sin((phase % 1.0).astype(np.float32) * np.float32(2 * np.pi))
    return wave


def vibrato_phase(
    frequency_hz: float, time: Mono, *, rate_hz: float, cents: float, onset_s: float
) -> NDArray[np.float64]:
    """Phase of a tone whose pitch starts straight and sways by ±`cents` once `onset_s` has passed."""
    depth = np.clip(time / np.float32(onset_s) - 0.5, 0.0, 1.0) * np.float32(cents / 1200.0)
    bend = np.exp2(depth * np.sin(2 * np.pi * rate_hz * time)).astype(np.float32)
    return moving_phase(np.float32(frequency_hz) * bend)
