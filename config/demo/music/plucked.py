"""Strings that are plucked or struck: every harmonic rings down at its own pace.

The Karplus-Strong loop (Computer Music Journal 7(2), 1983) sends one period round a damping filter again
and again. Here each turn of the loop is a row: its spectrum is the first one times the filter to the power of
the turn, which is one matrix instead of a loop over samples.
"""

from dataclasses import dataclass

import numpy as np

from config.demo.music.envelopes import faded_in, faded_out
from config.demo.music.samples import SAMPLE_RATE_HZ, Mono, Tone, sample_count


@dataclass(frozen=True, slots=True)
class String:
    """A string and how it is played.

    `ring_s` is the time the fundamental of middle C takes to fall by 60 dB, `dullness` how much sooner the
    treble dies, `position` where along the string it is struck (0 to 0.5), `hardness` how many harmonics
    the blow wakes.
    """

    ring_s: float = 3.0
    dullness: float = 1.0
    position: float = 0.13
    hardness: float = 24.0
    damped_s: float = 0.12

    def __call__(self, tone: Tone) -> Mono:
        """The note; after the key is let go it is damped within `damped_s`."""
        period = max(8, round(SAMPLE_RATE_HZ / tone.frequency_hz))
        rows = int((tone.seconds + self.damped_s) * SAMPLE_RATE_HZ / period) + 2
        rung = np.fft.irfft(self._turns(tone, period=period, rows=rows), n=period, axis=1).reshape(-1)
        stretched = _retuned(rung.astype(np.float32), ratio=SAMPLE_RATE_HZ / tone.frequency_hz / period)
        wanted = stretched[: sample_count(tone.seconds + self.damped_s)]
        return faded_in(faded_out(wanted, seconds=self.damped_s), seconds=0.0008) * np.float32(0.5)

    def _turns(self, tone: Tone, *, period: int, rows: int) -> np.ndarray[tuple[int, int], np.dtype[np.complex64]]:
        number = np.arange(1, period // 2, dtype=np.float32)
        reach = self.hardness * (0.45 + 0.75 * tone.velocity) * (262.0 / tone.frequency_hz) ** 0.5
        strength = np.sin(np.pi * number * self.position) / number * np.exp(-((number / reach) ** 2) / 2)
        twist = np.exp(2j * np.pi * tone.rng.random(number.size) * 0.5).astype(np.complex64)
        pace = 6.9 / self.ring_s * (tone.frequency_hz / 262.0) ** 0.35
        rate = pace * (1.0 + 0.12 * self.dullness * (number * tone.frequency_hz / 700.0) ** 1.3)
        instants = np.arange(rows, dtype=np.float32)[:, None] * (period / SAMPLE_RATE_HZ)
        turns = np.zeros((rows, period // 2 + 1), dtype=np.complex64)
        turns[:, 1 : number.size + 1] = np.exp(-instants * rate[None, :].astype(np.float32)) * (
            strength * twist * period / 2
        )
        return turns


def _retuned(sound: Mono, *, ratio: float) -> Mono:
    """Whole periods are never quite in tune: read the sound a little slower or faster."""
    place = np.arange(0, sound.size - 1, 1.0 / ratio)
    index = place.astype(np.int32)
    low = sound[index]
    retuned: Mono = low + (sound[index + 1] - low) * (place - index).astype(np.float32)
    return retuned


GUITAR = String(ring_s=3.2, dullness=1.0, position=0.17, hardness=13.0, damped_s=0.25)
MANDOLIN = String(ring_s=1.6, dullness=0.7, position=0.09, hardness=26.0, damped_s=0.06)
HARP = String(ring_s=4.5, dullness=1.6, position=0.3, hardness=9.0, damped_s=0.9)
UPRIGHT_BASS = String(ring_s=2.4, dullness=3.2, position=0.33, hardness=4.5, damped_s=0.12)
FELT_PIANO = String(ring_s=5.0, dullness=2.4, position=0.12, hardness=5.0, damped_s=0.35)
