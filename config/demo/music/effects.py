"""Rooms, echoes and colours: functions from stereo to stereo, or factories of them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from config.demo.music import filters
from config.demo.music.samples import (
    SAMPLE_RATE_HZ,
    Mono,
    Stereo,
    next_fast_length,
    noise,
    sample_count,
    time_axis,
)

Effect = Callable[[Stereo], Stereo]


@dataclass(frozen=True, slots=True)
class Room:
    """A reverberant space: seconds until -60 dB, delay before its first sound, and where its treble ends."""

    decay_s: float
    predelay_s: float = 0.015
    damping_hz: float = 5000.0

    def impulse(self, rng: np.random.Generator) -> Stereo:
        """Decaying noise, different left and right; the treble dies 2.5 times sooner than the bass."""
        seconds = self.decay_s * 1.1
        time = time_axis(seconds)
        tail = np.stack([noise(rng, seconds), noise(rng, seconds)])
        dark = filters.applied(tail, filters.lowpass(self.damping_hz / 4))
        bright = filters.applied(tail - dark, filters.lowpass(self.damping_hz))
        rate = np.float32(6.9 / self.decay_s)
        shaped = dark * np.exp(-time * rate) + bright * np.exp(-time * rate * 2.5)
        shaped = np.pad(shaped, ((0, 0), (sample_count(self.predelay_s), 0)))
        result: Stereo = shaped / np.sqrt(np.sum(shaped**2, axis=1, keepdims=True))
        return result

    def applied(self, sound: Stereo, rng: np.random.Generator) -> Stereo:
        """`sound` as heard in the room, without the direct sound; as long as what came in."""
        impulse = filters.applied(self.impulse(rng), filters.highpass(120.0))
        count = sound.shape[1]
        size = next_fast_length(count + impulse.shape[1])
        product = np.fft.rfft(sound, n=size, axis=1) * np.fft.rfft(impulse, n=size, axis=1)
        wet: Stereo = np.fft.irfft(product, n=size, axis=1)[:, :count].astype(np.float32)
        return wet


@dataclass(frozen=True, slots=True)
class Echo:
    """A ping-pong delay: the gap in beats, how much each repeat keeps, how dark the repeats become."""

    beats: float
    feedback: float = 0.45
    damping_hz: float = 3000.0
    repeats: int = 6

    def applied(self, sound: Stereo, *, beat_s: float) -> Stereo:
        """The repeats alone; each crosses to the other side and is softer than the one before."""
        gap = sample_count(self.beats * beat_s)
        source = filters.applied(sound, filters.bandpass(200.0, self.damping_hz))
        wet = np.zeros_like(sound)
        for turn in range(1, self.repeats + 1):
            source = source[::-1]
            offset = gap * turn
            if offset < sound.shape[1]:
                wet[:, offset:] += source[:, : sound.shape[1] - offset] * np.float32(self.feedback**turn)
        return wet


def chorus(*, depth_s: float = 0.003, rate_hz: float = 0.35, mix: float = 0.6) -> Effect:
    """Adds a copy whose delay sways, in opposite directions left and right: width and shimmer."""

    def effect(sound: Stereo) -> Stereo:
        place = np.arange(sound.shape[1], dtype=np.float64)
        sway = np.sin(2 * np.pi * rate_hz / SAMPLE_RATE_HZ * place)
        centre = (0.012 + depth_s) * SAMPLE_RATE_HZ
        wet = [
            _read_at(channel, place - centre - side * sway * depth_s * SAMPLE_RATE_HZ)
            for channel, side in zip(sound, (1.0, -1.0), strict=True)
        ]
        blended: Stereo = sound + np.float32(mix) * np.stack(wet)
        return blended / np.float32(1.0 + mix / 2)

    return effect


def wow(*, depth_s: float = 0.0012, rate_hz: float = 0.45) -> Effect:
    """The slow pitch sway of a worn tape; both channels move together."""

    def effect(sound: Stereo) -> Stereo:
        place = np.arange(sound.shape[1], dtype=np.float64)
        turn = 2 * np.pi * rate_hz / SAMPLE_RATE_HZ * place
        sway = (np.sin(turn) + 0.4 * np.sin(turn * 2.7) - 1.4) * depth_s * SAMPLE_RATE_HZ
        return np.stack([_read_at(channel, place + sway) for channel in sound])

    return effect


def drive(amount: float) -> Effect:
    """Gentle saturation: tanh, level with the input for quiet sounds."""

    def effect(sound: Stereo) -> Stereo:
        driven: Stereo = np.tanh(sound * np.float32(amount)) / np.float32(amount)
        return driven

    return effect


def equalised(response: filters.Response) -> Effect:
    """A fixed filter as an effect."""
    return lambda sound: filters.applied(sound, response)


def swept(cutoffs_hz: tuple[float, ...]) -> Effect:
    """A low pass that moves through the given cut-offs over the whole piece."""
    return lambda sound: filters.swept_lowpass(sound, cutoffs_hz)


def tremolo(*, rate_hz: float, depth: float) -> Effect:
    """The level sways from side to side, as in an electric piano's stereo vibrato."""

    def effect(sound: Stereo) -> Stereo:
        time = np.arange(sound.shape[1], dtype=np.float32) / np.float32(SAMPLE_RATE_HZ)
        sway = np.float32(depth) * np.sin(np.float32(2 * np.pi * rate_hz) * time)
        swayed: Stereo = sound * np.stack([1.0 + sway, 1.0 - sway]).astype(np.float32)
        return swayed

    return effect


def _read_at(channel: Mono, place: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Mono:
    inside = np.clip(place, 0, channel.size - 2)
    index = inside.astype(np.int32)
    low = channel[index]
    moved: Mono = low + (channel[index + 1] - low) * (inside - index).astype(np.float32)
    return moved
