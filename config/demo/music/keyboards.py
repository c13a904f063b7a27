"""Bells and keys by frequency modulation (Chowning, 1973), mallets, organ."""

import numpy as np

from config.demo.music.envelopes import Adsr, decay, faded_in
from config.demo.music.oscillators import cycle, drawbars, harmonic_numbers, read, sine, steady_phase
from config.demo.music.samples import SAMPLE_RATE_HZ, Mono, Tone, time_axis


def electric_piano(tone: Tone) -> Mono:
    """Two pairs of operators: a round body at 1:1 whose index falls, and a short tine at 1:14."""
    contour = Adsr(attack_s=0.004, decay_s=2.6, sustain=0.08, release_s=0.22).contour(tone.seconds)
    seconds = contour.size / SAMPLE_RATE_HZ
    base = steady_phase(tone.frequency_hz, seconds)
    index = np.float32(0.20 * (0.25 + tone.velocity)) * decay(seconds, half_life_s=0.35)
    body = sine(base + index * sine(base))
    tine = sine(base + 0.04 * sine(base * 14.0)) * decay(seconds, half_life_s=0.06) * np.float32(0.35 * tone.velocity)
    return (body * 0.8 + tine) * contour * np.float32(0.5)


def bell(tone: Tone) -> Mono:
    """Carrier and modulator at 1:3.5, far apart enough to clang; the partials thin out as it rings."""
    seconds = tone.seconds + 2.8
    base = steady_phase(tone.frequency_hz, seconds)
    index = np.float32(0.32 * tone.velocity + 0.06) * decay(seconds, half_life_s=0.5)
    ring = sine(base + index * sine(base * 3.5)) * decay(seconds, half_life_s=0.55)
    shimmer = sine(base * 2.003 + 0.1) * decay(seconds, half_life_s=0.3) * np.float32(0.25)
    return faded_in(ring + shimmer, seconds=0.002) * np.float32(0.4)


def marimba(tone: Tone) -> Mono:
    """A bar whose second mode is tuned two octaves up, and the knock of the mallet."""
    seconds = min(tone.seconds + 0.5, 1.1)
    base = steady_phase(tone.frequency_hz, seconds)
    body = sine(base) * decay(seconds, half_life_s=0.16 * (330.0 / tone.frequency_hz) ** 0.4)
    bar = sine(base * 3.93) * decay(seconds, half_life_s=0.03) * np.float32(0.15 + 0.35 * tone.velocity)
    knock = sine(base * 9.1) * decay(seconds, half_life_s=0.006) * np.float32(0.2 * tone.velocity)
    return faded_in(body + bar + knock, seconds=0.0015) * np.float32(0.6)


def organ(tone: Tone) -> Mono:
    """Nine drawbars' worth of sines with a soft key click."""
    contour = Adsr(attack_s=0.012, decay_s=0.1, sustain=0.85, release_s=0.06).contour(tone.seconds)
    levels = (0.9, 0.75, 0.3, 0.4, 0.0, 0.16, 0.0, 0.2)
    table = cycle(drawbars(levels)(harmonic_numbers(tone.frequency_hz)))
    sound = read(table, steady_phase(tone.frequency_hz, contour.size / SAMPLE_RATE_HZ))
    return sound * contour * np.float32(0.4)


def melodica(tone: Tone) -> Mono:
    """A free reed: odd and even harmonics in a nasal balance, breath in the level."""
    contour = Adsr(attack_s=0.05, decay_s=0.3, sustain=0.8, release_s=0.09).contour(tone.seconds)
    seconds = contour.size / SAMPLE_RATE_HZ
    number = harmonic_numbers(tone.frequency_hz)
    table = cycle(np.exp(-((number - 2.2) ** 2) / 14.0) * (0.6 + 0.4 * (number % 2)))
    breath = 1.0 + np.float32(0.10) * np.sin(np.float32(2 * np.pi * 5.2) * time_axis(seconds))
    sound: Mono = read(table, steady_phase(tone.frequency_hz, seconds)) * contour * breath * np.float32(0.28)
    return sound
