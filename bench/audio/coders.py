"""Every setting of every coder on the same pieces: speed and distance from the original."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from bench.audio.costs import Cost, measured
from bench.audio.spectra import RATE_HZ, decoded, distance, spectrum
from tracks.audio.ffmpeg import ffmpeg_binary

EXCERPT_SECONDS = 60
SETTINGS = {
    "AAC 160k, twoloop (ffmpeg's default)": ("-c:a", "aac", "-b:a", "160k", "-f", "mp4"),
    "AAC 160k, fast": ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "160k", "-f", "mp4"),
    "AAC 192k, fast": ("-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k", "-f", "mp4"),
    "AAC 128k, twoloop": ("-c:a", "aac", "-b:a", "128k", "-f", "mp4"),
    "Opus 96k, complexity 10 (default)": ("-c:a", "libopus", "-b:a", "96k", "-f", "mp4"),
    "Opus 96k, complexity 7": ("-c:a", "libopus", "-compression_level", "7", "-b:a", "96k", "-f", "mp4"),
    "Opus 96k, complexity 5": ("-c:a", "libopus", "-compression_level", "5", "-b:a", "96k", "-f", "mp4"),
    "MP3 128k, -q 2": ("-c:a", "libmp3lame", "-compression_level", "2", "-b:a", "128k", "-f", "mp3"),
    "MP3 128k (default)": ("-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp3"),
    "MP3 128k, -q 5": ("-c:a", "libmp3lame", "-compression_level", "5", "-b:a", "128k", "-f", "mp3"),
    "MP3 128k, -q 7": ("-c:a", "libmp3lame", "-compression_level", "7", "-b:a", "128k", "-f", "mp3"),
}


def excerpt(piece: Path, *, folder: Path) -> Path:
    """The first minute as 16-bit WAV."""
    target = folder / "excerpt.wav"
    shape = ["-t", str(EXCERPT_SECONDS), "-ac", "2", "-ar", str(RATE_HZ), "-c:a", "pcm_s16le"]
    command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-y", "-i", str(piece), *shape, str(target)]
    subprocess.run(command, check=True)  # noqa: S603 -- our own words and a path
    return target


def table(pieces: Sequence[Path], *, folder: Path) -> Iterator[str]:
    """Markdown lines: a setting, its speed, its distance."""
    costs = {name: Cost() for name in SETTINGS}
    distances: dict[str, list[float]] = {name: [] for name in SETTINGS}
    for piece in pieces:
        source = excerpt(piece, folder=folder)
        original = spectrum(decoded(source))
        for name, setting in SETTINGS.items():
            target = folder / "coded"
            with measured(costs[name], seconds=len(original) * 1024 / RATE_HZ):
                command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-y", "-i", str(source), *setting, str(target)]
                subprocess.run(command, check=True)  # noqa: S603 -- our own words and a path
            distances[name].append(distance(original, spectrum(decoded(target))))
    yield "| Coder | x realtime (CPU) | log-spectral distance, dB |"
    yield "|---|---|---|"
    for name, cost in costs.items():
        yield f"| {name} | {cost.cpu_multiple:.0f} | {np.nanmean(distances[name]):.2f} |"
