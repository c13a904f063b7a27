"""The preview: half a minute, faded in and out, for those who may not hear all of it."""

import warnings
from pathlib import Path

import numpy as np

from tracks.audio.ffmpeg import first_sound
from tracks.audio.probe import SourceFacts
from tracks.audio.renditions import playable_rate
from tracks.audio.waveform import Waveform

SECONDS = 30.0
FADE_IN_MS = 500
FADE_OUT_MS = 2000
CLIP = "clip.wav"
# Where it may begin, as shares of the length: after an intro, before the ending.
EARLIEST, LATEST = 0.1, 0.8


def start(waveform: Waveform) -> float:
    """Seconds at which the loudest half minute begins, by the power of the peaks; the earliest of equals.

    Choruses and drops are what a track is remembered by, and they are its loudest part; a fixed place would as often
    give a break. A sound of less than half a minute is its own preview.
    """
    point_seconds = waveform.samples_per_pixel / waveform.sample_rate
    total = waveform.length * point_seconds
    wide, latest = round(SECONDS / point_seconds), int(min(total * LATEST, total - SECONDS) / point_seconds)
    if latest <= 0 or wide < 1:
        return 0.0
    earliest = min(latest, int(total * EARLIEST / point_seconds))
    power = (waveform.pairs().astype(np.int64) ** 2).sum(axis=1)
    before = np.concatenate([[0], np.cumsum(power)])
    inside = before[wide:] - before[:-wide]
    return round(float(earliest + inside[earliest : latest + 1].argmax()) * point_seconds, 3)


def clip_output(*, start: float, facts: SourceFacts) -> list[str]:
    """Output arguments for the bare clip, cut out of a decode that runs anyway."""
    cut = f"atrim=start={start}:duration={SECONDS},asetpts=N/SR/TB"
    shape = ["-ac", str(min(facts.channels, 2)), "-ar", str(playable_rate(facts.sample_rate_hz))]
    return [*first_sound(cut), *shape, "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", f"file:{CLIP}"]


def fade(clip: Path) -> int:
    """Fade the clip in and out, in place; its length in ms. It is short and ours: pydub holds it in memory, 11 MB."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is of 2021: old escapes, `audioop`, and a search for an unneeded ffmpeg
        from pydub import AudioSegment  # noqa: PLC0415 -- the warnings of its import, and only workers need it
    with clip.open("rb") as sound:
        segment = AudioSegment.from_wav(sound)
    half = len(segment) // 2
    faded = segment.fade_in(min(FADE_IN_MS, half)).fade_out(min(FADE_OUT_MS, half))
    faded.export(str(clip), format="wav").close()
    return len(segment)
