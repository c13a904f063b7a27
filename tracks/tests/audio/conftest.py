"""Real sound for the audio tests: synthesised with numpy, encoded with the ffmpeg that the code uses."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from config.lib.sandbox import reach
from config.lib.sandbox.reach import Protections
from tracks.audio.ffmpeg import ffmpeg_binary

Encode = Callable[..., Path]
SECONDS = 2.5


def tone(*, rate: int = 44_100, channels: int = 2, seconds: float = SECONDS) -> NDArray[np.int16]:
    """Swelling, rising sines, another pitch in each channel, shape (samples, channels)."""
    time = np.arange(round(rate * seconds)) / rate
    swell = 0.1 + 0.8 * time / seconds
    rise = time + time**2 / (2 * seconds)  # an octave over the whole length: no moment is like another
    sines = [swell * np.sin(2 * np.pi * (220 + 110 * channel) * rise) for channel in range(channels)]
    return (np.stack(sines, axis=1) * 32767).astype(np.int16)


def decoded(path: Path, *, rate: int = 44_100, channels: int = 2) -> NDArray[np.int16]:
    """The file as any player hears it, shape (samples, channels)."""
    shape = ["-ac", str(channels), "-ar", str(rate), "-f", "s16le", "pipe:1"]
    command = [
        ffmpeg_binary(),
        "-nostdin",
        "-v",
        "error",
        "-allowed_extensions",
        "ALL",
        "-i",
        str(path),
        *shape,
    ]
    if path.suffix != ".m3u8":
        del command[4:6]
    pcm = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(pcm, dtype="<i2").reshape(-1, channels)


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    """A private directory, as a job has one."""
    private = tmp_path / "work"
    private.mkdir(mode=0o700)
    return private


@pytest.fixture
def without_protections(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose kernel has neither Landlock nor seccomp."""
    monkeypatch.setattr(reach, "protections", lambda: Protections(landlock=0, seccomp=False))


@pytest.fixture
def encode(tmp_path: Path) -> Encode:
    """Encode synthetic sound: `encode("x.flac", "-sample_fmt", "s32", rate=96_000)` gives the file's path."""

    def run(name: str, *arguments: str, rate: int = 44_100, channels: int = 2, seconds: float = SECONDS) -> Path:
        target = tmp_path / name
        source = ["-f", "s16le", "-ar", str(rate), "-ac", str(channels), "-i", "pipe:0"]
        command = [ffmpeg_binary(), "-v", "error", "-y", *source, *arguments, str(target)]
        subprocess.run(command, check=True, input=tone(rate=rate, channels=channels, seconds=seconds).tobytes())
        return target

    return run
