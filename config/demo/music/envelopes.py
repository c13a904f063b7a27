"""Amplitude contours. All times are in seconds, all levels between 0 and 1."""

from dataclasses import dataclass

import numpy as np

from config.demo.music.samples import Mono, sample_count, time_axis


@dataclass(frozen=True, slots=True)
class Adsr:
    """Attack, decay, sustain level and release, the four stages of a keyboard synthesiser's contour."""

    attack_s: float
    decay_s: float
    sustain: float
    release_s: float

    def contour(self, held_s: float) -> Mono:
        """The contour of a key held for `held_s`; it is `held_s + release_s` long and ends at zero."""
        held = sample_count(held_s)
        stages = self._held_stages(held_s)
        release = sample_count(self.release_s)
        fall = np.linspace(1.0, 0.0, release, dtype=np.float32) ** 2
        contour = np.empty(held + release, dtype=np.float32)
        contour[:held] = stages[:held]
        contour[held:] = fall * stages[held - 1]
        return contour

    def _held_stages(self, held_s: float) -> Mono:
        time = time_axis(held_s)
        rise = np.minimum(time / np.float32(max(self.attack_s, 1e-4)), 1.0)
        after = np.maximum(time - np.float32(self.attack_s), 0.0)
        fall = self.sustain + (1.0 - self.sustain) * np.exp(-after * np.float32(4.0 / max(self.decay_s, 1e-3)))
        stages: Mono = (rise * fall).astype(np.float32)
        return stages


def decay(seconds: float, *, half_life_s: float) -> Mono:
    """An exponential fall from 1 that loses half its height every `half_life_s`; the last 5 ms reach zero."""
    curve = np.exp2(-time_axis(seconds) / np.float32(half_life_s)).astype(np.float32)
    return faded_out(curve, seconds=0.005)


def faded_out(sound: Mono, *, seconds: float) -> Mono:
    """The same sound, its last `seconds` brought down to zero along a quarter cosine."""
    count = min(sample_count(seconds), sound.size)
    faded = sound.copy()
    faded[sound.size - count :] *= np.cos(np.linspace(0.0, np.pi / 2, count, dtype=np.float32))
    return faded


def faded_in(sound: Mono, *, seconds: float) -> Mono:
    """The same sound, its first `seconds` brought up from zero in a straight line."""
    count = min(sample_count(seconds), sound.size)
    faded = sound.copy()
    faded[:count] *= np.linspace(0.0, 1.0, count, dtype=np.float32)
    return faded
