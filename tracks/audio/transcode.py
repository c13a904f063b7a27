"""A source becomes sound that plays: first what a track needs to be ready, then the other renditions.

The first decode gives AAC, and from the same samples the peaks, the loudness and the fingerprint. The second gives
Opus, MP3 and the preview. Two decodes and not one, because listeners wait for the first only, and a decode is the
cheapest part of all (docs/decisions/0017).
"""

from dataclasses import dataclass
from pathlib import Path

from tracks.audio import fingerprint, preview, sandbox
from tracks.audio.decode import Job, Progress, Watch, failure, render, with_copies
from tracks.audio.ffmpeg import WIDE_FRAMES, first_sound, input_arguments
from tracks.audio.limits import SourceLimits
from tracks.audio.loudness import FILTER, Loudness
from tracks.audio.packaging import RenditionFacts, package
from tracks.audio.probe import SourceFacts
from tracks.audio.renditions import AAC, MP3, OPUS, PREVIEW
from tracks.audio.waveform import Waveform

FIRST = (AAC,)
FURTHER = (OPUS, MP3)


@dataclass(frozen=True, kw_only=True)
class Transcoded:
    """All that the first decode gave.

    `duration_ms` is the length of the decoded sound, whatever its header said; `fingerprint` numbers of 32 bits in
    little-endian order (`fingerprint.items_of`), empty for a sound of less than three seconds, None where this ffmpeg
    has no Chromaprint; `decode_errors` counts packets that could not be decoded.
    """

    duration_ms: int
    renditions: tuple[RenditionFacts, ...]
    waveform: Waveform
    loudness: Loudness
    fingerprint: bytes | None
    decode_errors: int


def transcode(
    source: Path, *, facts: SourceFacts, out: Path, limits: SourceLimits, on_progress: Progress
) -> Transcoded:
    """Decode `source` once and write what plays first into `out`, an existing private directory.

    `on_progress` hears a fraction 0..1 at most every half second, and 1 at the end; what it raises ends the work.
    Raises AudioRefused (damaged, too_long, too_large, took_too_long, needs_too_much_memory) or AudioRetryable; then
    `out` holds what was written so far, for the caller to throw away.
    """
    job = Job(source=source, facts=facts, out=out, limits=limits)

    def attempt(copied: frozenset[str]) -> Transcoded:
        watch = Watch(facts=facts, limits=limits, on_progress=on_progress)
        renditions = render(job, FIRST, beside=measuring(facts), copied=copied, watch=watch)
        return Transcoded(
            duration_ms=watch.peaks.duration_ms,
            renditions=renditions,
            waveform=watch.peaks.finish(),
            loudness=watch.loudness.loudness(),
            fingerprint=fingerprint.read(out),
            decode_errors=watch.errors,
        )

    done = with_copies(FIRST, facts=facts, attempt=attempt)
    on_progress(1.0)
    return done


def measuring(facts: SourceFacts) -> list[list[str]]:
    """The outputs that are read and not kept: PCM for the peaks, the loudness, the fingerprint.

    PCM keeps the source's own rate and channels: resampling it would understate the peaks and save nothing. The
    loudness has an output of its own, because its filter may resample what goes through it.
    """
    shape = ["-ac", str(facts.channels), "-ar", str(facts.sample_rate_hz)]
    pcm = [*first_sound(), "-c:a", "pcm_s16le", *shape, "-f", "s16le", "pipe:1"]
    loudness = [*first_sound(WIDE_FRAMES, FILTER), "-c:a", "pcm_s16le", "-f", "null", "-"]
    return [pcm, loudness, *fingerprint.outputs(sample_rate_hz=facts.sample_rate_hz, channels=facts.channels)]


def transcode_further(
    source: Path, *, facts: SourceFacts, waveform: Waveform, duration_ms: int, out: Path, limits: SourceLimits
) -> tuple[RenditionFacts, ...]:
    """The other renditions of a sound whose first decode gave `waveform` and `duration_ms`, written into `out`.

    Raises what `transcode` raises.
    """
    job = Job(source=source, facts=facts, out=out, limits=limits)
    clip = preview.clip_output(start=preview.start(waveform), facts=facts)

    def attempt(copied: frozenset[str]) -> tuple[RenditionFacts, ...]:
        watch = Watch(facts=facts, limits=limits, on_progress=lambda _: None)
        return render(job, FURTHER, beside=[clip], copied=copied, watch=watch, duration_ms=duration_ms)

    return (*with_copies(FURTHER, facts=facts, attempt=attempt), encode_preview(job))


def encode_preview(job: Job) -> RenditionFacts:
    """Fade the clip that the decode has cut out, and encode it."""
    clip = job.out / preview.CLIP
    length_ms = preview.fade(clip)
    recipe = PREVIEW.arguments(sample_rate_hz=job.facts.sample_rate_hz, channels=job.facts.channels)
    command = [*input_arguments(clip, log_level="error"), *recipe]
    limits = job.limits.for_transcode(duration_ms=length_ms, source_bytes=clip.stat().st_size)
    finished = sandbox.run(command, limits=limits, workdir=job.out)
    if finished.exit_code != 0:
        raise failure(finished.stderr)
    clip.unlink()
    return package(PREVIEW, out=job.out, duration_ms=length_ms, facts=job.facts)
