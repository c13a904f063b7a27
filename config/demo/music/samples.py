"""The sample formats that every module of the synthesiser shares, and the few operations on raw buffers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44_100

# Mono: shape (n,). Stereo: shape (2, n), left first. Both float32, full scale at ±1.
Mono = NDArray[np.float32]
Stereo = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tone:
    """One note to be sounded: pitch in hertz, how long the key is held, how hard it was struck (0 to 1)."""

    frequency_hz: float
    seconds: float
    velocity: float
    rng: np.random.Generator


def sample_count(seconds: float) -> int:
    """Seconds to samples, at least one."""
    return max(1, round(seconds * SAMPLE_RATE_HZ))


def time_axis(seconds: float) -> Mono:
    """The instants of `seconds` of samples, in seconds, shape (n,)."""
    return np.arange(sample_count(seconds), dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)


def noise(rng: np.random.Generator, seconds: float) -> Mono:
    """White noise with unit variance."""
    return rng.standard_normal(sample_count(seconds), dtype=np.float32)


def decibels(value_db: float) -> np.float32:
    """A level in decibels as a linear factor."""
    return np.float32(10.0 ** (value_db / 20.0))


def pan_gains(position: float) -> tuple[np.float32, np.float32]:
    """Constant-power gains for left and right; `position` runs from -1 (left) to 1 (right)."""
    angle = (np.clip(position, -1.0, 1.0) + 1.0) * np.pi / 4.0
    return np.float32(np.cos(angle)), np.float32(np.sin(angle))


def add_at(buffer: Stereo, sound: Mono, *, start: int, gains: tuple[np.float32, np.float32]) -> None:
    """Mix a mono sound into a stereo buffer from sample `start`; what falls off either end is dropped."""
    skipped = max(0, -start)
    begin = start + skipped
    length = min(sound.size - skipped, buffer.shape[1] - begin)
    if length <= 0:
        return
    piece = sound[skipped : skipped + length]
    buffer[0, begin : begin + length] += piece * gains[0]
    buffer[1, begin : begin + length] += piece * gains[1]


def next_fast_length(count: int) -> int:
    """The smallest 2^a, 3·2^a or 5·2^a that is at least `count`: sizes at which the FFT is quick."""
    power = 1 << (count - 1).bit_length()
    return min(size for size in (power, power * 3 // 4, power * 5 // 8) if size >= count)
