"""Runs one decode of a source into any number of outputs, and watches it."""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tracks.audio import sandbox
from tracks.audio.copying import copy_arguments
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.ffmpeg import input_arguments
from tracks.audio.limits import SourceLimits
from tracks.audio.lines import Lines
from tracks.audio.loudness import LoudnessReport
from tracks.audio.packaging import RenditionFacts, damaged, package
from tracks.audio.probe import SourceFacts, too_long
from tracks.audio.renditions import Recipe
from tracks.audio.waveform import PeakAccumulator

REPORT_SECONDS = 0.5
DECODE_ERROR = re.compile(r"Error (?:submitting packet to decoder|while decoding stream)")
# ffmpeg's level stands after the part that speaks; a line of a file's own tags has the level `info`.
COMPLAINT = re.compile(r"(?:\[[^\]]+ @ 0x[0-9a-f]+\] )*\[(?:error|fatal|panic)\] ")
NOT_THE_FILES_FAULT = re.compile(
    r"No space left on device|Disk quota exceeded|Input/output error|Read-only file system"
    r"|Permission denied"
    r"|Unknown encoder|Unrecognized option|No such filter|Unknown bitstream filter"
    r"|Resource temporarily unavailable|Too many open files"
)
# What ffmpeg 5.1 says, and ends well all the same. A line of a file's own tags has another level.
NOT_WRITTEN = re.compile(
    r"^\[(?:error|fatal)\] .*(?:No space left|Disk quota exceeded|Input/output error)", re.MULTILINE
)
Progress = Callable[[float], None]
T = TypeVar("T")


class UncleanCopy(Exception):
    """What was copied is not beyond doubt: it is to be encoded."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A source, what is known of it, the private directory in which its outputs go, and what all may cost."""

    source: Path
    facts: SourceFacts
    out: Path
    limits: SourceLimits


class Watch:
    """Watches one decode: peaks, loudness, progress, errors, and the end of what is allowed."""

    def __init__(self, *, facts: SourceFacts, limits: SourceLimits, on_progress: Progress) -> None:
        self.peaks = PeakAccumulator(sample_rate=facts.sample_rate_hz, channels=facts.channels)
        self.loudness = LoudnessReport()
        self.errors = 0
        self.complaints = 0
        self._expected_ms = facts.duration_ms
        self._limits = limits
        self._on_progress = on_progress
        self._next_report = 0.0

    def take_pcm(self, chunk: bytes) -> None:
        """Take decoded sound. Raises AudioRefused("too_long") where there is more of it than allowed."""
        self.peaks.feed(chunk)
        if self.peaks.duration_ms > self._limits.max_duration_ms:
            raise too_long(self._limits)
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + REPORT_SECONDS
            self._on_progress(self.fraction())

    def take_message(self, line: str) -> None:
        """Count packets that could not be decoded, and complaints of any kind; hear of the loudness."""
        self.errors += bool(DECODE_ERROR.search(line))
        self.complaints += bool(COMPLAINT.match(line))
        self.loudness.take(line)

    def fraction(self) -> float:
        """Share of the expected length decoded so far; 0 while the length is unknown, below 1 before the end."""
        return min(0.99, self.peaks.duration_ms / self._expected_ms) if self._expected_ms else 0.0


def run(job: Job, outputs: Sequence[Sequence[str]], *, watch: Watch) -> str:
    """Decode the source into the outputs; ffmpeg's last words. Raises AudioRefused or AudioRetryable."""
    finished = sandbox.run(
        arguments(job, outputs),
        limits=job.limits.for_transcode(duration_ms=job.facts.duration_ms, source_bytes=job.source.stat().st_size),
        workdir=job.out,
        reads=[job.source],
        on_stdout=watch.take_pcm,
        on_stderr=Lines(watch.take_message).feed,
    )
    if finished.exit_code != 0 or NOT_WRITTEN.search(finished.stderr):
        raise failure(finished.stderr)
    return finished.stderr


def arguments(job: Job, outputs: Sequence[Sequence[str]]) -> list[str]:
    """The whole command. Limits on errors and length stand before the outputs and hold for all of them."""
    longest = f"{job.limits.max_duration_ms / 1000 + 2:.3f}"  # a little more, so that the excess is seen
    command = input_arguments(job.source, log_level="level+info")
    command += ["-max_error_rate", str(job.limits.max_decode_error_rate)]
    for output in outputs:
        command += ["-t", longest, *output]
    return command


def with_copies(recipes: Sequence[Recipe], *, facts: SourceFacts, attempt: Callable[[frozenset[str]], T]) -> T:
    """Make the attempt with copies of what fits; where one of them is not beyond doubt, again without any."""
    copied = frozenset(recipe.kind for recipe in recipes if copy_arguments(recipe, facts=facts))
    if copied:
        with suppress(UncleanCopy):
            return attempt(copied)
    return attempt(frozenset())


def rendering(recipes: Sequence[Recipe], *, facts: SourceFacts, copied: frozenset[str]) -> list[list[str]]:
    """Output arguments of each recipe; those whose kind is among `copied` take the packets as they are."""
    shape = {"sample_rate_hz": facts.sample_rate_hz, "channels": facts.channels}
    return [
        (copy_arguments(recipe, facts=facts) if recipe.kind in copied else None) or recipe.arguments(**shape)
        for recipe in recipes
    ]


def render(
    job: Job,
    recipes: Sequence[Recipe],
    *,
    beside: Sequence[Sequence[str]],
    copied: frozenset[str],
    watch: Watch,
    duration_ms: int | None = None,
) -> tuple[RenditionFacts, ...]:
    """Decode into the recipes' files and the outputs `beside` them, and check the files against the sound's length.

    That is `duration_ms`, else what the watch has seen. Raises UncleanCopy where one of `copied` is in doubt,
    AudioRefused or AudioRetryable.
    """
    try:
        said = run(job, [*rendering(recipes, facts=job.facts, copied=copied), *beside], watch=watch)
        expected_ms = watch.peaks.duration_ms if duration_ms is None else duration_ms
        if not expected_ms:
            raise failure(said)
        done = packaged(job, recipes, copied=copied, duration_ms=expected_ms, said=said)
    except AudioRefused as refusal:
        if copied and refusal.code == "damaged":
            raise UncleanCopy from refusal
        raise
    if copied and (watch.errors or watch.complaints):
        raise UncleanCopy
    return done


def packaged(
    job: Job, recipes: Sequence[Recipe], *, copied: frozenset[str], duration_ms: int, said: str
) -> tuple[RenditionFacts, ...]:
    """Finish and check every rendition; `said` are ffmpeg's last words."""
    try:
        return tuple(
            package(recipe, out=job.out, duration_ms=duration_ms, facts=job.facts, copied=copied) for recipe in recipes
        )
    except AudioRefused as refusal:  # ffmpeg 5.1 reports success when the disk fills up at the very end
        raise failure(said) from refusal


def failure(stderr: str) -> Exception:
    """What ffmpeg's last words mean: trouble of this machine, or a file that cannot be decoded."""
    if found := NOT_THE_FILES_FAULT.search(stderr):
        return AudioRetryable(f"ffmpeg could not do its work here: {found[0]}. Its last words: {stderr[-300:]}")
    if "Cannot allocate memory" in stderr:
        return AudioRefused(
            code="needs_too_much_memory", reason="Decoding this file needs more memory than any sound should."
        )
    return damaged()
