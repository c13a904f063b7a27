"""Peaks of sound, computed as it streams by: memory does not grow with its length.

Channels are merged by their average, as audiowaveform does unless told otherwise: what is in one channel of
two shows at half its height, and what is out of phase cancels, as it does in a mono speaker. Values have 8
bits: a step of 0.4 % of the height is finer than a pixel of any waveform that is drawn, at half the bytes
of 16 bits.
"""

import struct
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FIRST_ZOOM = 256  # samples a point at the start, audiowaveform's own default
MAX_POINTS = 16_384  # when so many are full, neighbours are joined: 32 kB, 4 points a second for an hour
SAMPLE_BYTES = 2
# "Waveform data format, binary (.dat), version 2": little-endian version, flags (bit 0: 8-bit values),
# sample rate, samples a point, points, channels; then a minimum and a maximum a point.
DAT_HEADER = struct.Struct("<iIiiIi")
DAT_VERSION = 2
DAT_FLAG_8_BIT = 1


@dataclass(frozen=True, kw_only=True)
class Waveform:
    """Minimum and maximum of each `samples_per_pixel` samples, in audiowaveform's terms (version 2).

    `data` holds `length` pairs of signed bytes, minimum first; full scale is -128..127. The last point may
    cover fewer samples than the others.
    """

    sample_rate: int
    samples_per_pixel: int
    data: bytes
    version: int = DAT_VERSION
    channels: int = 1
    bits: int = 8

    @property
    def length(self) -> int:
        """Number of points."""
        return len(self.data) // 2

    def pairs(self) -> NDArray[np.int8]:
        """The points as an array of shape (length, 2): minimum, maximum."""
        return np.frombuffer(self.data, dtype=np.int8).reshape(-1, 2)

    def to_json_dict(self) -> dict[str, Any]:
        """The JSON form: version, channels, sample_rate, samples_per_pixel, bits, length, data."""
        return {
            "version": self.version,
            "channels": self.channels,
            "sample_rate": self.sample_rate,
            "samples_per_pixel": self.samples_per_pixel,
            "bits": self.bits,
            "length": self.length,
            "data": self.pairs().ravel().tolist(),
        }

    def to_dat(self) -> bytes:
        """The binary form: a header of 24 bytes and the points."""
        header = DAT_HEADER.pack(
            self.version, DAT_FLAG_8_BIT, self.sample_rate, self.samples_per_pixel, self.length, self.channels
        )
        return header + self.data

    @classmethod
    def from_dat(cls, dat: bytes) -> Self:
        """Read what `to_dat` wrote. Raises ValueError for anything else, also for 16-bit or multi-channel
        data.
        """
        if len(dat) < DAT_HEADER.size:
            raise ValueError("a waveform needs a header of 24 bytes")
        version, flags, rate, zoom, length, channels = DAT_HEADER.unpack_from(dat)
        if (version, flags, channels) != (DAT_VERSION, DAT_FLAG_8_BIT, 1) or rate < 1 or zoom < 1:
            raise ValueError("only version 2 with 8 bits and one channel is read here")
        data = dat[DAT_HEADER.size :]
        if len(data) != 2 * length:
            raise ValueError(f"the header promises {length} points, the data has {len(data) / 2:g}")
        return cls(sample_rate=rate, samples_per_pixel=zoom, data=data)

    def resampled(self, *, points: int) -> Self:
        """The same sound in at most `points` points, neighbours joined by minimum and maximum.

        Joins whole points, equally many each, so that `samples_per_pixel` stays exact; therefore the result
        may have down to half of `points`. Never has more points than there are. Raises ValueError for
        points < 1.
        """
        if points < 1:
            raise ValueError("a waveform has at least one point")
        factor = max(1, -(-self.length // points))
        if factor == 1:
            return self
        joined = join(self.pairs(), factor=factor)
        return type(self)(
            sample_rate=self.sample_rate,
            samples_per_pixel=self.samples_per_pixel * factor,
            data=joined.tobytes(),
        )


class PeakAccumulator:
    """Takes interleaved signed 16-bit little-endian PCM as it comes, cut anywhere, and makes a waveform of
    it.

    Sound is reduced to points of 256 samples; when 16,384 wider points are full, neighbours are joined and
    points are twice as wide from then on.
    """

    def __init__(self, *, sample_rate: int, channels: int) -> None:
        self._sample_rate = sample_rate
        self._channels = channels
        self._bytes = 0
        self._rest = b""  # PCM short of one narrow point
        self._narrow = np.empty((0, 2), np.int8)  # narrow points short of one wide point
        self._factor = 1  # narrow points in a wide one
        self._points = np.empty((MAX_POINTS, 2), np.int8)
        self._length = 0

    @property
    def samples(self) -> int:
        """Samples per channel seen so far."""
        return self._bytes // (SAMPLE_BYTES * self._channels)

    @property
    def duration_ms(self) -> int:
        """Milliseconds seen so far."""
        return round(self.samples * 1000 / self._sample_rate)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._bytes += len(chunk)
        data = self._rest + chunk
        point_bytes = FIRST_ZOOM * SAMPLE_BYTES * self._channels
        whole = len(data) - len(data) % point_bytes
        self._rest = data[whole:]
        if whole:
            self._widen(peaks(memoryview(data)[:whole], channels=self._channels, zoom=FIRST_ZOOM))

    def finish(self) -> Waveform:
        """The waveform of all that was fed; a last point may be narrower. Feeding must have ended."""
        frame_bytes = SAMPLE_BYTES * self._channels
        samples = len(self._rest) // frame_bytes
        if samples:
            end = memoryview(self._rest)[: samples * frame_bytes]
            self._widen(peaks(end, channels=self._channels, zoom=samples))
        if len(self._narrow):
            self._store(join(self._narrow, factor=len(self._narrow)))
        return Waveform(
            sample_rate=self._sample_rate,
            samples_per_pixel=FIRST_ZOOM * self._factor,
            data=self._points[: self._length].tobytes(),
        )

    def _widen(self, narrow: NDArray[np.int8]) -> None:
        narrow = np.concatenate([self._narrow, narrow])
        while len(narrow) >= self._factor:
            if self._length == MAX_POINTS:
                self._join_neighbours()
                continue
            fitting = min(len(narrow) // self._factor, MAX_POINTS - self._length)
            self._store(join(narrow[: fitting * self._factor], factor=self._factor))
            narrow = narrow[fitting * self._factor :]
        self._narrow = narrow

    def _store(self, points: NDArray[np.int8]) -> None:
        if self._length == MAX_POINTS:
            self._join_neighbours()
        self._points[self._length : self._length + len(points)] = points
        self._length += len(points)

    def _join_neighbours(self) -> None:
        self._length //= 2
        self._points[: self._length] = join(self._points, factor=2)
        self._factor *= 2


def peaks(pcm: memoryview, *, channels: int, zoom: int) -> NDArray[np.int8]:
    """Minimum and maximum of the channels' average, rounded to 8 bits, of each `zoom` samples; shape
    (points, 2).
    """
    frames = np.frombuffer(pcm, dtype="<i2").reshape(-1, channels)
    total = frames[:, 0].astype(np.int32)
    for channel in range(1, channels):  # numpy sums a long column far faster than millions of short rows
        total += frames[:, channel]
    bins = total.reshape(-1, zoom)
    pairs = np.stack([bins.min(axis=1), bins.max(axis=1)], axis=1)
    step = 256 * channels
    rounded: NDArray[np.int32] = (2 * pairs + step) // (2 * step)
    return rounded.clip(-128, 127).astype(np.int8)


def join(pairs: NDArray[np.int8], *, factor: int) -> NDArray[np.int8]:
    """Each `factor` neighbouring points as one; what is left at the end makes a last point of fewer."""
    starts = np.arange(0, len(pairs), factor)
    low = np.minimum.reduceat(pairs[:, 0], starts)
    high = np.maximum.reduceat(pairs[:, 1], starts)
    return np.stack([low, high], axis=1)
