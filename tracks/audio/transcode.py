"""One decode, all outputs: renditions written by ffmpeg, peaks computed from its PCM as it streams by."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracks.audio import sandbox
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.ffmpeg import first_sound, input_arguments
from tracks.audio.limits import SourceLimits
from tracks.audio.lines import Lines
from tracks.audio.packaging import RenditionFacts, package
from tracks.audio.probe import SourceFacts, too_long
from tracks.audio.renditions import AAC, MP3
from tracks.audio.waveform import PeakAccumulator, Waveform

REPORT_SECONDS = 0.5
DECODE_ERROR = re.compile(r"Error (?:submitting packet to decoder|while decoding stream)")
NOT_THE_FILES_FAULT = re.compile(
    r"No space left on device|Disk quota exceeded|Input/output error|Read-only file system"
    r"|Permission denied"
    r"|Unknown encoder|Unrecognized option|No such filter|Unknown bitstream filter"
    r"|Resource temporarily unavailable|Too many open files"
)


@dataclass(frozen=True, kw_only=True)
class Transcoded:
    """All that one decode gave.

    `duration_ms` is the length of the decoded sound, whatever its header said;
    `decode_errors` counts packets that could not be decoded.
    """

    duration_ms: int
    renditions: tuple[RenditionFacts, ...]
    waveform: Waveform
    decode_errors: int


class Decode:
    """Watches one decode: peaks, progress, decode errors, and the end of what is allowed."""

    def __init__(self, *, facts: SourceFacts, limits: SourceLimits, on_progress: Callable[[float], None]) -> None:
        self.peaks = PeakAccumulator(sample_rate=facts.sample_rate_hz, channels=facts.channels)
        self.errors = 0
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
        """Count the line if it tells of a packet that could not be decoded."""
        if DECODE_ERROR.search(line):
            self.errors += 1

    def fraction(self) -> float:
        """Share of the expected length decoded so far; 0 while the length is unknown, below 1 before the
        end.
        """
        return min(0.99, self.peaks.duration_ms / self._expected_ms) if self._expected_ms else 0.0


def transcode(
    source: Path, *, facts: SourceFacts, out: Path, limits: SourceLimits, on_progress: Callable[[float], None]
) -> Transcoded:
    """Decode `source` once and write all renditions into `out`, an existing private directory.

    `on_progress` hears a fraction 0..1 at most every half second, and 1 at the end; what it raises ends the
    work. Raises AudioRefused (damaged, too_long, too_large, took_too_long, needs_too_much_memory) or
    AudioRetryable; then `out` holds what was written so far, for the caller to throw away.
    """
    decode = Decode(facts=facts, limits=limits, on_progress=on_progress)
    finished = sandbox.run(
        arguments(source, facts=facts, limits=limits),
        limits=limits.for_transcode(duration_ms=facts.duration_ms),
        workdir=out,
        on_stdout=decode.take_pcm,
        on_stderr=Lines(decode.take_message).feed,
    )
    if finished.exit_code != 0 or not decode.peaks.samples:
        raise failure(finished.stderr)
    try:
        renditions = package(out, duration_ms=decode.peaks.duration_ms)
    except AudioRefused as refusal:  # ffmpeg 5.1 reports success when the disk fills up at the very end
        raise failure(finished.stderr) from refusal
    on_progress(1.0)
    return Transcoded(
        duration_ms=decode.peaks.duration_ms,
        renditions=renditions,
        waveform=decode.peaks.finish(),
        decode_errors=decode.errors,
    )


def arguments(source: Path, *, facts: SourceFacts, limits: SourceLimits) -> list[str]:
    """The whole command. Limits on errors and length stand before the outputs and hold for all of them.

    PCM keeps the source's own rate and channels: resampling it would understate the peaks and save nothing.
    """
    shape = {"sample_rate_hz": facts.sample_rate_hz, "channels": facts.channels}
    longest = f"{limits.max_duration_ms / 1000 + 2:.3f}"  # a little more, so that the excess is seen
    command = input_arguments(source, log_level="warning")
    command += ["-max_error_rate", str(limits.max_decode_error_rate)]
    for recipe in (AAC, MP3):
        command += ["-t", longest, *recipe.arguments(**shape)]
    pcm = [
        "-c:a",
        "pcm_s16le",
        "-ac",
        str(facts.channels),
        "-ar",
        str(facts.sample_rate_hz),
        "-f",
        "s16le",
        "pipe:1",
    ]
    return [*command, "-t", longest, *first_sound(), *pcm]


def failure(stderr: str) -> Exception:
    """What ffmpeg's last words mean: trouble of this machine, or a file that cannot be decoded."""
    if NOT_THE_FILES_FAULT.search(stderr):
        return AudioRetryable(f"ffmpeg could not do its work here: {stderr[-500:]}")
    if "Cannot allocate memory" in stderr:
        return AudioRefused(
            code="needs_too_much_memory", reason="Decoding this file needs more memory than any sound should."
        )
    return damaged()


def damaged() -> AudioRefused:
    """The refusal of a file with too little sound among its bytes."""
    return AudioRefused(
        code="damaged",
        reason="Too much of this file cannot be decoded. Export it again from your audio program.",
    )
