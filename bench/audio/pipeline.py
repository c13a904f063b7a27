"""Both jobs of the pipeline on whole pieces, beside separate passes of ffmpeg for the same and a bare decode."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from unittest import mock

from bench.audio.costs import Cost, measured
from tracks.audio import decode
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.limits import SourceLimits
from tracks.audio.probe import probe
from tracks.audio.renditions import AAC, MP3, OPUS
from tracks.audio.transcode import Transcoded, transcode, transcode_further

LIMITS = SourceLimits()
ROUNDS = 2
SHAPE = {"sample_rate_hz": 44_100, "channels": 2}
PASSES = {
    "a bare decode": ["-f", "null", "-"],
    "AAC alone": AAC.arguments(**SHAPE),
    "Opus alone": OPUS.arguments(**SHAPE),
    "MP3 alone": MP3.arguments(**SHAPE),
    "loudness alone": ["-af", "ebur128=peak=true", "-f", "null", "-"],
    "PCM for the peaks alone": ["-f", "s16le", "-"],
    "fingerprint alone": ["-f", "chromaprint", "-fp_format", "raw", "-y", "file:fingerprint"],
}


def first(source: Path, *, out: Path) -> Transcoded:
    """The job that makes a track ready."""
    facts = probe(source, limits=LIMITS, workdir=out)
    return transcode(source, facts=facts, out=out, limits=LIMITS, on_progress=lambda _: None)


def further(source: Path, *, out: Path, done: Transcoded) -> None:
    """The job that follows."""
    facts = probe(source, limits=LIMITS, workdir=out)
    length_ms = done.duration_ms
    transcode_further(source, facts=facts, waveform=done.waveform, duration_ms=length_ms, out=out, limits=LIMITS)


def table(pieces: Sequence[Path]) -> Iterator[str]:
    """Markdown lines: the jobs, their sum, and the passes."""
    costs = {name: Cost() for name in ("first job: track is ready", "second job: Opus, MP3, preview", *PASSES)}
    jobs = list(costs)[:2]
    for piece in [piece for _ in range(ROUNDS) for piece in pieces]:
        with tempfile.TemporaryDirectory() as name:
            out = Path(name)
            seconds = length_seconds(piece, out=out)
            with measured(costs[jobs[0]], seconds=seconds):
                done = first(piece, out=out)
            with measured(costs[jobs[1]], seconds=seconds):
                further(piece, out=out, done=done)
            for label, output in PASSES.items():
                with measured(costs[label], seconds=seconds):
                    run_alone(piece, output, folder=out)
    yield "| Work | x realtime (wall) | x realtime (CPU) |"
    yield "|---|---|---|"
    yield from (row(name, costs[name]) for name in jobs)
    yield row("**both jobs**", total(costs[name] for name in jobs))
    yield row("all of it in separate passes", total(costs[name] for name in PASSES if name != "a bare decode"))
    yield from (row(name, costs[name]) for name in PASSES)


def run_alone(piece: Path, output: Sequence[str], *, folder: Path) -> None:
    """One pass of ffmpeg that does nothing else."""
    command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-y", "-i", str(piece), *output]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own words


def total(costs: Iterator[Cost]) -> Cost:
    """One after the other, on the same sound."""
    parts = list(costs)
    return Cost(wall=sum(part.wall for part in parts), cpu=sum(part.cpu for part in parts), sound=parts[0].sound)


def row(name: str, cost: Cost) -> str:
    """A line of the table."""
    return f"| {name} | {cost.wall_multiple:.0f} | {cost.cpu_multiple:.0f} |"


def copy_table(pieces: Sequence[Path]) -> Iterator[str]:
    """What it saves to copy packets: the same file with and without."""
    kinds: dict[str, tuple[list[str], Callable[[Path, Path], None]]] = {
        "AAC in M4A, first job": (["-c:a", "aac", "-b:a", "192k", "x.m4a"], void),
        "MP3, both jobs": (["-c:a", "libmp3lame", "-b:a", "160k", "x.mp3"], both),
        "Opus in Ogg, both jobs": (
            ["-c:a", "libopus", "-b:a", "128k", "x.opus"],
            both,
        ),
    }
    yield "| Source | encoded, x realtime (CPU) | copied, x realtime (CPU) |"
    yield "|---|---|---|"
    for name, (output, work) in kinds.items():
        encoded, copied = Cost(), Cost()
        for piece in pieces:
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder)
                run_alone(piece, ["-ar", "48000", *output], folder=out)
                source, seconds = out / output[-1], length_seconds(out / output[-1], out=out)
                with mock.patch.object(decode, "copy_arguments", return_value=None), measured(encoded, seconds=seconds):
                    work(source, out)
                with measured(copied, seconds=seconds):
                    work(source, out)
        yield f"| {name} | {encoded.cpu_multiple:.0f} | {copied.cpu_multiple:.0f} |"


def void(source: Path, out: Path) -> None:
    """The first job, its result left lying."""
    first(source, out=out)


def both(source: Path, out: Path) -> None:
    """Both jobs."""
    further(source, out=out, done=first(source, out=out))


def length_seconds(source: Path, *, out: Path) -> float:
    """Seconds of sound by the header."""
    return (probe(source, limits=LIMITS, workdir=out).duration_ms or 0) / 1000


def memory_table(*, folder: Path) -> Iterator[str]:
    """Peak resident memory of a worker and of its ffmpeg, over ever longer sound."""
    yield "| Length | worker, MiB | ffmpeg, MiB |"
    yield "|---|---|---|"
    for minutes in (1, 10, 60):
        source = folder / "long.flac"
        noise = f"anoisesrc=d={minutes * 60}:r=44100:a=0.1:seed=1,aformat=channel_layouts=stereo"
        command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", noise, str(source)]
        subprocess.run(command, check=True)  # noqa: S603 -- our own words and a path
        alone = [sys.executable, "-m", "bench.audio.memory", str(source)]
        said = subprocess.run(alone, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603 -- ourselves
        yield f"| {minutes} min | {said[0]} | {said[1]} |"
