"""Fingerprints: the same for a copy in whatever format, another for other sound, none for what says nothing."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tracks.audio import fingerprint
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.fingerprint import Items, is_telling, items_of, likeness
from tracks.audio.probe import probe
from tracks.audio.transcode import transcode
from tracks.tests.audio.test_transcode import LIMITS, ignore

RATE = 22_050


def melody(*, seed: int, seconds: int) -> NDArray[np.int16]:
    """Chords of random notes, a new one each third of a second, over a little noise."""
    random = np.random.default_rng(seed)
    time = np.arange(RATE // 3) / RATE
    chords = []
    for _ in range(seconds * 3):
        notes = 110 * 2 ** (random.integers(0, 48, 3) / 12)
        chords.append(sum(np.sin(2 * np.pi * note * time) for note in notes) * np.exp(-2 * time))
    sound = np.concatenate(chords) / 4 + random.normal(0, 0.01, len(chords) * len(time))
    return (sound * 20_000).astype(np.int16)


def encoded(sound: NDArray[np.int16], path: Path, *arguments: str) -> Path:
    source = ["-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    command = [ffmpeg_binary(), "-v", "error", "-y", *source, *arguments, str(path)]
    subprocess.run(command, check=True, input=sound.tobytes())
    return path


def of(path: Path, *, workdir: Path) -> Items:
    """The fingerprint that the first decode gives."""
    facts = probe(path, limits=LIMITS, workdir=workdir)
    done = transcode(path, facts=facts, out=workdir, limits=LIMITS, on_progress=ignore)
    assert done.fingerprint is not None
    return items_of(done.fingerprint)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Items:
    folder = tmp_path_factory.mktemp("known")
    return of(encoded(melody(seed=1, seconds=40), folder / "known.wav"), workdir=folder)


@pytest.mark.parametrize(
    "change",
    [
        ["-c:a", "libmp3lame", "-b:a", "64k"],
        ["-c:a", "libmp3lame", "-ar", "44100", "-b:a", "128k"],
        ["-c:a", "libmp3lame", "-af", "volume=-9dB"],
        ["-c:a", "libmp3lame", "-af", "adelay=3700:all=1"],
        ["-c:a", "libmp3lame", "-ss", "12.3"],
    ],
)
def test_a_copy_is_alike_whatever_was_done_to_it(known: Items, workdir: Path, change: list[str]) -> None:
    found = likeness(known, of(encoded(melody(seed=1, seconds=40), workdir / "x.mp3", *change), workdir=workdir))
    assert found
    assert found.bit_error_rate < 0.15


def test_a_part_is_found_where_it_lies(known: Items, workdir: Path) -> None:
    part = melody(seed=1, seconds=40)[10 * RATE : 32 * RATE]
    mixed = np.concatenate([melody(seed=2, seconds=50), part, melody(seed=3, seconds=20)])
    found = likeness(known, of(encoded(mixed, workdir / "mix.flac"), workdir=workdir))
    assert found
    assert found.second_seconds - found.first_seconds == pytest.approx(40, abs=0.3)


def test_other_sound_is_not_alike(known: Items, workdir: Path) -> None:
    other = of(encoded(melody(seed=2, seconds=40), workdir / "other.wav"), workdir=workdir)
    assert likeness(known, other) is None
    assert likeness(other, known) is None


def test_what_is_too_short_or_says_nothing_is_like_nothing(known: Items, workdir: Path) -> None:
    silence = of(encoded(np.zeros(40 * RATE, np.int16), workdir / "silence.wav"), workdir=workdir)
    assert len(silence) > fingerprint.WINDOW
    assert not is_telling(silence)
    assert likeness(silence, silence) is None
    assert likeness(known[:40], known) is None
    assert likeness(known, known[:0]) is None
    assert not is_telling(known[:40])
    assert is_telling(known)


def test_a_shift_at_which_too_little_overlaps_is_passed_over(known: Items) -> None:
    ahead = np.concatenate([known[-20:], np.arange(200, dtype=np.uint32)])
    assert likeness(known, ahead) is None


def test_a_sound_of_a_second_has_an_empty_fingerprint(workdir: Path) -> None:
    assert len(of(encoded(melody(seed=1, seconds=1), workdir / "short.wav"), workdir=workdir)) == 0


def test_an_ffmpeg_without_chromaprint_gives_none(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that lists no such muxer stands in for an ffmpeg that was built without it."""
    bare = workdir / "ffmpeg"
    bare.write_text('#!/bin/sh\ncase "$*" in *-muxers*) echo " E  wav";; *) exec "$REAL" "$@";; esac\n')
    bare.write_text(bare.read_text().replace('"$REAL"', f'"{ffmpeg_binary()}"'))
    bare.chmod(0o700)
    monkeypatch.setenv("SANDBOX_LIBRARIES", str(Path(ffmpeg_binary()).parent))
    monkeypatch.setenv("FFMPEG_BINARY", str(bare))
    source = encoded(melody(seed=1, seconds=4), workdir / "x.wav")
    facts = probe(source, limits=LIMITS, workdir=workdir)
    assert transcode(source, facts=facts, out=workdir, limits=LIMITS, on_progress=ignore).fingerprint is None
