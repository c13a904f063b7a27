"""The last steps of a mix: no rumble, a chosen loudness, a ceiling that nothing crosses, a fade."""

import numpy as np

from config.demo.music import filters
from config.demo.music.samples import SAMPLE_RATE_HZ, Mono, Stereo, decibels, sample_count

CEILING = decibels(-1.2)

_BLOCK = 64
_LOOK_BLOCKS = 7  # about 10 ms of look-ahead to either side


def mastered(mix: Stereo, *, loudness_db: float, fade_s: float) -> Stereo:
    """The finished record: no rumble, its RMS at `loudness_db` before limiting, faded at both ends."""
    clean = filters.applied(mix, filters.highpass(25.0))
    rms = np.sqrt(np.mean(clean**2, dtype=np.float64))
    levelled = clean * np.float32(decibels(loudness_db) / max(rms, 1e-9))
    return faded(limited(levelled), fade_s=fade_s)


def limited(sound: Stereo) -> Stereo:
    """Look-ahead limiting: the gain dips before a peak and recovers after it; none passes the ceiling."""
    count = sound.shape[1]
    blocks = -(-count // _BLOCK)
    padded = np.pad(np.max(np.abs(sound), axis=0), (0, blocks * _BLOCK - count))
    peaks = padded.reshape(blocks, _BLOCK).max(axis=1)
    wanted = np.minimum(1.0, CEILING / np.maximum(peaks, 1e-6)).astype(np.float32)
    smooth = _smoothed(_lowest_nearby(wanted))
    centres = (np.arange(blocks) + 0.5) * _BLOCK
    gain = np.interp(np.arange(count), centres, smooth).astype(np.float32)
    clipped: Stereo = np.clip(sound * gain, -CEILING, CEILING)
    return clipped


def _lowest_nearby(gain: Mono) -> Mono:
    reach = 2 * _LOOK_BLOCKS
    padded = np.pad(gain, (reach, reach), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    lowest: Mono = windows.min(axis=1)
    return lowest


def _smoothed(gain: Mono) -> Mono:
    # Narrower than the minimum before it, so that the smoothed gain is already down where the peak is.
    window = np.hanning(2 * _LOOK_BLOCKS + 3)[1:-1]
    padded = np.pad(gain, (_LOOK_BLOCKS, _LOOK_BLOCKS), mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid").astype(np.float32)


def faded(sound: Stereo, *, fade_s: float) -> Stereo:
    """The same sound with a 10 ms rise and a raised-cosine fall over the last `fade_s`, ending in silence."""
    result = sound.copy()
    rise = sample_count(0.01)
    fall = min(sample_count(fade_s), sound.shape[1])
    result[:, :rise] *= np.linspace(0.0, 1.0, rise, dtype=np.float32)
    result[:, sound.shape[1] - fall :] *= 0.5 + 0.5 * np.cos(np.linspace(0.0, np.pi, fall, dtype=np.float32))
    return result


def as_pcm16(sound: Stereo, *, seed: int) -> bytes:
    """Interleaved little-endian 16-bit samples with triangular dither of one step, fixed by `seed`."""
    rng = np.random.default_rng([seed, SAMPLE_RATE_HZ])
    shape = (sound.shape[1], 2)
    dither = rng.random(shape, dtype=np.float32) - rng.random(shape, dtype=np.float32)
    return np.rint(sound.T * np.float32(32766.0) + dither).clip(-32768, 32767).astype("<i2").tobytes()
