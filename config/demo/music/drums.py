"""Percussion from sines and noise. A stroke rings as long as the drum does, whatever the note's length."""

from dataclasses import dataclass

import numpy as np

from config.demo.music import filters
from config.demo.music.envelopes import decay, faded_in, faded_out
from config.demo.music.oscillators import moving_phase, sine, steady_phase
from config.demo.music.samples import Mono, Tone, noise, time_axis


@dataclass(frozen=True, slots=True)
class Kick:
    """A sine that falls from `start_hz` to `end_hz`, and the click of the beater."""

    start_hz: float = 190.0
    end_hz: float = 48.0
    drop_s: float = 0.035
    half_life_s: float = 0.11
    click: float = 0.3

    def __call__(self, tone: Tone) -> Mono:
        """One stroke, as long as it rings."""
        seconds = self.half_life_s * 6
        fall = np.exp(-time_axis(seconds) / np.float32(self.drop_s))
        body = sine(moving_phase((self.end_hz + (self.start_hz - self.end_hz) * fall).astype(np.float32)))
        click = filters.applied(noise(tone.rng, seconds), filters.bandpass(1500.0, 7000.0)) * decay(
            seconds, half_life_s=0.003
        )
        return faded_in(
            body * decay(seconds, half_life_s=self.half_life_s) + click * np.float32(self.click),
            seconds=0.001,
        )


@dataclass(frozen=True, slots=True)
class Snare:
    """Two modes of the shell and the rattle of the wires."""

    body_hz: float = 185.0
    wires_s: float = 0.07
    wires_hz: float = 6500.0
    tightness: float = 0.6

    def __call__(self, tone: Tone) -> Mono:
        """One stroke; a soft one has less wire in it."""
        seconds = self.wires_s * 6
        shell = sine(steady_phase(self.body_hz, seconds)) + np.float32(0.6) * sine(
            steady_phase(self.body_hz * 1.78, seconds)
        )
        wires = filters.applied(noise(tone.rng, seconds), filters.bandpass(900.0, self.wires_hz))
        rattle = (
            wires * decay(seconds, half_life_s=self.wires_s) * np.float32(self.tightness * (0.4 + 0.6 * tone.velocity))
        )
        return faded_in(shell * decay(seconds, half_life_s=0.03) * np.float32(0.45) + rattle, seconds=0.0007)


@dataclass(frozen=True, slots=True)
class Metal:
    """Hats, rides and crashes: six sines in uneven ratios ring-modulating high noise."""

    half_life_s: float = 0.02
    low_hz: float = 6500.0
    tone_hz: float = 540.0

    def __call__(self, tone: Tone) -> Mono:
        """One stroke; open or closed is a matter of `half_life_s`."""
        seconds = self.half_life_s * 7 + 0.02
        ring = np.sum(
            [sine(steady_phase(self.tone_hz * ratio, seconds)) for ratio in (2, 3, 4.16, 5.43, 6.79, 8.21)],
            axis=0,
        )
        mixed = ring * np.float32(0.25) + noise(tone.rng, seconds) * np.float32(0.7)
        bright = filters.applied(mixed, filters.bandpass(self.low_hz, 14_000.0))
        return faded_in(bright * decay(seconds, half_life_s=self.half_life_s), seconds=0.0005) * np.float32(0.45)


def clap(tone: Tone) -> Mono:
    """Four bursts of noise within 30 ms, then the room."""
    seconds = 0.35
    time = time_axis(seconds)
    burst = sum(
        (np.where(time >= start, np.exp2(-(time - start) / 0.004), 0.0) for start in (0.0, 0.009, 0.019)),
        np.zeros_like(time),
    )
    tail = np.where(time >= 0.028, np.exp2(-(time - np.float32(0.028)) / np.float32(0.05)), 0.0)
    hands = filters.applied(noise(tone.rng, seconds), filters.bandpass(900.0, 4200.0))
    struck = faded_in((hands * (burst + tail)).astype(np.float32), seconds=0.001)
    return faded_out(struck, seconds=0.02) * np.float32(0.8)


def rim(_tone: Tone) -> Mono:
    """A stick across the rim: two short high modes."""
    seconds = 0.12
    knock = sine(steady_phase(1720.0, seconds)) + np.float32(0.7) * sine(steady_phase(810.0, seconds))
    return faded_in(knock * decay(seconds, half_life_s=0.009), seconds=0.0006) * np.float32(0.55)


def shaker(tone: Tone) -> Mono:
    """Grains that swell and fall within a tenth of a second."""
    seconds = 0.11
    time = time_axis(seconds)
    swell = np.minimum(time / np.float32(0.025), 1.0) * np.exp2(-time / np.float32(0.022))
    grains = filters.applied(noise(tone.rng, seconds), filters.bandpass(5200.0, 12_000.0))
    return faded_out((grains * swell).astype(np.float32), seconds=0.01) * np.float32(0.6)


def tom(tone: Tone) -> Mono:
    """A drum tuned to the note."""
    seconds = 0.6
    fall = 1.0 + 0.5 * np.exp(-time_axis(seconds) / np.float32(0.05))
    skin = sine(moving_phase((tone.frequency_hz * fall).astype(np.float32)))
    return faded_in(skin * decay(seconds, half_life_s=0.09), seconds=0.001) * np.float32(0.8)


def crackle(tone: Tone) -> Mono:
    """The surface of a record for as long as the note lasts: rare ticks over a faint hiss."""
    hiss = noise(tone.rng, tone.seconds) * np.float32(0.012)
    ticks = np.where(tone.rng.random(hiss.size) < 9.0 / 44_100, tone.rng.standard_normal(hiss.size), 0.0)
    surface = filters.applied((hiss + ticks).astype(np.float32), filters.bandpass(700.0, 7500.0))
    return faded_out(surface, seconds=0.05)


def surf(tone: Tone) -> Mono:
    """One long wave of noise that swells, brightens, breaks and runs out over the length of the note."""
    time = time_axis(tone.seconds) / np.float32(tone.seconds)
    grain = noise(tone.rng, tone.seconds)
    deep = filters.applied(grain, filters.bandpass(60.0, 420.0))
    foam = filters.applied(grain, filters.bandpass(700.0, 4200.0))
    swell = np.sin(np.pi * time) ** 2
    breaking = foam * np.sin(np.pi * time**1.4) ** 6 * np.float32(0.35)
    wave: Mono = (deep * swell + breaking).astype(np.float32) * np.float32(0.6)
    return wave
