"""Acoustic fingerprints: what a sound is, whatever its format, bit rate or loudness.

Chromaprint's default algorithm, computed by ffmpeg's `chromaprint` muxer in the one decode: a number of 32 bits every
0.1238 s; two recordings are alike where their numbers differ in few bits (L. Lalinský, "How does Chromaprint work?",
2011; matching by bit error rate over aligned windows: J. Haitsma and T. Kalker, "A Highly Robust Audio Fingerprinting
System", 2002).
"""

import functools
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracks.audio.ffmpeg import WIDE_FRAMES, ffmpeg_binary, first_sound

FILE = "fingerprint"
ITEM_SECONDS = 1365 / 11_025
# Beyond three hours a sound is a broadcast: it is known by its beginning. 350 kB, and chromaprint keeps it in memory.
LONGEST_SECONDS = 3 * 3600
MOST_BYTES = 512 * 1024
LOWEST_RATE_HZ = 11_025
WINDOW = 128  # items, 16 seconds
LEAST_WINDOW = 48  # items, 6 seconds: shorter sounds are too like many others
MOST_BIT_ERRORS = 0.2  # share of bits; unrelated windows differ in half of them
LEAST_VARIETY = 24  # different items in a window: a held note or silence is like any other
MOST_SHIFTS = 12

Items = NDArray[np.uint32]


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """The window in which two fingerprints are most alike: share of differing bits, and where it begins in each."""

    bit_error_rate: float
    first_seconds: float
    second_seconds: float


@functools.cache
def is_available(binary: str) -> bool:
    """Whether this ffmpeg was built with Chromaprint. Asked once a process."""
    listed = subprocess.run([binary, "-hide_banner", "-muxers"], capture_output=True, check=False, timeout=30)  # noqa: S603 -- our own
    return any(line.split()[1:2] == [b"chromaprint"] for line in listed.stdout.splitlines())


def outputs(*, sample_rate_hz: int, channels: int) -> list[list[str]]:
    """The output that writes the fingerprint into `FILE`; none where ffmpeg cannot."""
    if not is_available(ffmpeg_binary()):
        return []
    # Chromaprint takes one or two channels and resamples by itself, from 11,025 Hz on.
    shape = ["-ac", str(min(channels, 2)), "-ar", str(max(sample_rate_hz, LOWEST_RATE_HZ))]
    written = ["-f", "chromaprint", "-fp_format", "raw", f"file:{FILE}"]
    return [[*first_sound(WIDE_FRAMES, f"atrim=end={LONGEST_SECONDS}"), *shape, *written]]


def read(folder: Path) -> bytes | None:
    """What the output has written into `folder`; None where there was none."""
    file = folder / FILE
    if not file.exists():
        return None
    with file.open("rb") as written:
        return written.read(MOST_BYTES)


def items_of(raw: bytes) -> Items:
    """A fingerprint as numbers, out of what the muxer wrote: 32 bits each, in the machine's order, which is little."""
    return np.frombuffer(raw[: len(raw) // 4 * 4], dtype="<u4")


def is_telling(items: Items) -> bool:
    """Whether something can be recognised by it: long enough, and not the same all the time."""
    return len(items) >= LEAST_WINDOW and any(is_various(window) for window in windows(items))


def is_various(window: Items) -> bool:
    """Whether a window says more than silence or a held note does."""
    return len(np.unique(window)) >= LEAST_VARIETY


def windows(items: Items) -> list[Items]:
    """The fingerprint in pieces of 16 s."""
    return [items[start : start + WINDOW] for start in range(0, len(items), WINDOW)]


def likeness(first: Items, second: Items) -> Likeness | None:
    """Where the two are alike: 16 s (or the whole of a shorter one) of which at most a fifth of the bits differ.

    None where there is no such place. Only shifts at which some items agree exactly are looked at: in a copy of
    whatever bit rate one of ten does, in other sounds hardly any.
    """
    length = min(WINDOW, len(first), len(second))
    if length < LEAST_WINDOW:
        return None
    found = [best_window(first, second, shift=shift, length=length) for shift in likely_shifts(first, second)]
    return min((one for one in found if one), key=lambda one: one.bit_error_rate, default=None)


def likely_shifts(first: Items, second: Items) -> list[int]:
    """By how many items `second` may lie later than `first`: the shifts at which most distinct items agree."""
    values, at = np.unique(first, return_index=True)
    others, other_at = np.unique(second, return_index=True)
    _, here, there = np.intersect1d(values, others, assume_unique=True, return_indices=True)
    shifts, votes = np.unique(other_at[there] - at[here], return_counts=True)
    return [int(shift) for shift in shifts[np.argsort(votes)[::-1][:MOST_SHIFTS]]]


def best_window(first: Items, second: Items, *, shift: int, length: int) -> Likeness | None:
    """The window of so many items with the fewest differing bits, the one laid over the other at that shift."""
    start, end = max(0, -shift), min(len(first), len(second) - shift)
    if end - start < length:
        return None
    differing = np.bitwise_count(first[start:end] ^ second[start + shift : end + shift]).astype(np.int64)
    sums = np.convolve(differing, np.ones(length, np.int64), mode="valid")
    for place in np.argsort(sums, kind="stable")[:MOST_SHIFTS]:
        rate, at = float(sums[place]) / (32 * length), start + int(place)
        if rate > MOST_BIT_ERRORS:
            return None
        if is_various(first[at : at + length]):
            seconds = (at * ITEM_SECONDS, (at + shift) * ITEM_SECONDS)
            return Likeness(bit_error_rate=rate, first_seconds=seconds[0], second_seconds=seconds[1])
    return None
