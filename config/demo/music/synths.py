"""Subtractive voices: detuned waves behind a filter that a contour opens and closes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from config.demo.music.envelopes import Adsr, decay
from config.demo.music.oscillators import (
    Shape,
    filtered_cycle,
    moving_phase,
    read,
    saw,
    sine,
    steady_phase,
    triangle,
    vibrato_phase,
)
from config.demo.music.samples import SAMPLE_RATE_HZ, Mono, Tone, noise, time_axis

_SLOW = Adsr(attack_s=0.9, decay_s=1.0, sustain=0.85, release_s=1.6)
_QUICK = Adsr(attack_s=0.004, decay_s=0.4, sustain=0.6, release_s=0.08)
_BLOWN = Adsr(attack_s=0.11, decay_s=0.5, sustain=0.82, release_s=0.28)


@dataclass(frozen=True, slots=True)
class Pad:
    """Several waves a few cents apart, slow to come and slow to go."""

    shape: Shape = saw
    cutoff_hz: float = 1400.0
    detune_cents: float = 9.0
    waves: int = 4
    contour: Adsr = _SLOW

    def __call__(self, tone: Tone) -> Mono:
        """The note with its release."""
        contour = self.contour.contour(tone.seconds)
        seconds = contour.size / SAMPLE_RATE_HZ
        cutoff_hz = self.cutoff_hz * (0.6 + 0.6 * tone.velocity)
        table = filtered_cycle(self.shape, frequency_hz=tone.frequency_hz, cutoff_hz=cutoff_hz)
        sound = np.zeros(contour.size, dtype=np.float32)
        for cents in np.linspace(-self.detune_cents, self.detune_cents, self.waves):
            frequency_hz = tone.frequency_hz * 2.0 ** (cents / 1200.0)
            sound += read(table, steady_phase(frequency_hz, seconds, start=tone.rng.random()))
        return sound * contour * np.float32(0.5 / self.waves**0.5)


@dataclass(frozen=True, slots=True)
class Voice:
    """One or two waves and a filter contour: basses, stabs, plucks and leads.

    The filter falls from `open_hz` to `closed_hz` with the given half-life; three cycles, from bright to
    dark, are blended along the way.
    """

    shape: Shape = saw
    open_hz: float = 2600.0
    closed_hz: float = 350.0
    half_life_s: float = 0.12
    resonance: float = 0.4
    sub: float = 0.0
    detune_cents: float = 6.0
    contour: Adsr = _QUICK
    vibrato_cents: float = 0.0

    def __call__(self, tone: Tone) -> Mono:
        """The note with its release."""
        contour = self.contour.contour(tone.seconds)
        seconds = contour.size / SAMPLE_RATE_HZ
        phase = self._phase(tone, seconds)
        openness = decay(seconds, half_life_s=self.half_life_s)
        sound = self._swept(tone, phase, openness) + self._swept(tone, phase * self._detuned() + 0.37, openness)
        if self.sub:
            sound = sound + np.float32(2 * self.sub) * sine(phase)
        return sound * contour * np.float32(0.3)

    def _detuned(self) -> float:
        return float(2.0 ** (self.detune_cents / 1200.0))

    def _phase(self, tone: Tone, seconds: float) -> NDArray[np.float64]:
        if not self.vibrato_cents:
            return steady_phase(tone.frequency_hz, seconds)
        return vibrato_phase(tone.frequency_hz, time_axis(seconds), rate_hz=5.4, cents=self.vibrato_cents, onset_s=0.4)

    def _swept(self, tone: Tone, phase: NDArray[np.float64], openness: Mono) -> Mono:
        top_hz = self.closed_hz + (self.open_hz - self.closed_hz) * (0.4 + 0.6 * tone.velocity)
        cutoffs = np.geomspace(self.closed_hz, max(top_hz, self.closed_hz * 1.01), 3)
        dark, middle, bright = (
            read(
                filtered_cycle(
                    self.shape,
                    frequency_hz=tone.frequency_hz,
                    cutoff_hz=float(hertz),
                    resonance=self.resonance,
                ),
                phase,
            )
            for hertz in cutoffs
        )
        upper = np.clip(openness * 2 - 1, 0, 1)
        lower = np.clip(openness * 2, 0, 1)
        blended: Mono = dark + (middle - dark) * lower + (bright - middle) * upper
        return blended


@dataclass(frozen=True, slots=True)
class Brass:
    """A horn: the louder the lip, the brighter the tone; it scoops into pitch and sways when held."""

    brightness_hz: float = 1500.0
    contour: Adsr = _BLOWN

    def __call__(self, tone: Tone) -> Mono:
        """The note with its release."""
        contour = self.contour.contour(tone.seconds)
        time = time_axis(contour.size / SAMPLE_RATE_HZ)
        phase = self._lip(tone, time)
        peak_hz = max(self.brightness_hz, tone.frequency_hz * 2) * (0.45 + 0.95 * tone.velocity)
        soft = read(filtered_cycle(saw, frequency_hz=tone.frequency_hz, cutoff_hz=peak_hz * 0.35), phase)
        loud = read(filtered_cycle(saw, frequency_hz=tone.frequency_hz, cutoff_hz=peak_hz), phase)
        breath = noise(tone.rng, time.size / SAMPLE_RATE_HZ) * np.float32(0.004)
        swell = contour**2
        sound: Mono = (soft + (loud - soft) * swell + breath) * contour * np.float32(0.42)
        return sound

    def _lip(self, tone: Tone, time: Mono) -> NDArray[np.float64]:
        scoop = -0.02 * np.exp(-time / np.float32(0.045))
        sway = np.clip(time - 0.5, 0.0, 0.6) * 0.006 * np.sin(2 * np.pi * 4.8 * time + tone.rng.random() * 6)
        return moving_phase(
            (np.float32(tone.frequency_hz) * (1.0 + scoop + sway)).astype(np.float32), start=tone.rng.random()
        )


def sub_bass(tone: Tone) -> Mono:
    """A sine with a little second harmonic, so that small speakers hear it too."""
    contour = Adsr(attack_s=0.012, decay_s=0.8, sustain=0.75, release_s=0.09).contour(tone.seconds)
    phase = steady_phase(tone.frequency_hz, contour.size / SAMPLE_RATE_HZ)
    sound: Mono = sine(phase) + np.float32(0.22) * sine(phase * 2) + np.float32(0.06) * sine(phase * 3)
    sound *= contour * np.float32(0.7)
    return sound


def flute(tone: Tone) -> Mono:
    """A triangle with breath and a late vibrato."""
    contour = Adsr(attack_s=0.09, decay_s=0.4, sustain=0.85, release_s=0.18).contour(tone.seconds)
    time = time_axis(contour.size / SAMPLE_RATE_HZ)
    phase = vibrato_phase(tone.frequency_hz, time, rate_hz=5.0, cents=14.0, onset_s=0.5)
    table = filtered_cycle(triangle, frequency_hz=tone.frequency_hz, cutoff_hz=tone.frequency_hz * 4)
    breath = noise(tone.rng, time.size / SAMPLE_RATE_HZ) * np.float32(0.012)
    sound: Mono = (read(table, phase) + np.float32(0.2) * sine(phase * 2) + breath) * contour * np.float32(0.5)
    return sound
