"""What is in a file: container, codec, length, rate and channels, found by decoding its first moment."""

import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

from config.lib.sandbox.limits import Limits
from tracks.audio import sandbox
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.ffmpeg import DECODERS, first_sound, input_arguments
from tracks.audio.limits import SourceLimits
from tracks.audio.lines import Lines
from tracks.audio.playlists import first_bytes, playlist_refused, refuse_playlist

FRAMES = 32  # decoder frames, about three quarters of a second of MP3: enough to tell sound from noise
WALL_SECONDS = 20
TROUBLE_LINES = 50
CONTAINERS = {"mov": "mp4", "matroska": "matroska", "asf": "asf"}
LOSSLESS = re.compile(r"pcm_[suf]\d+|flac|alac|wmalossless")
SAMPLE_BITS = {"u8": 8, "s16": 16, "s32": 32, "s64": 64, "flt": 32, "dbl": 64}
WAV_SHAPE = struct.Struct("<22xHI")  # RIFF/WAVE: channels at byte 22, sample rate at 24
WAV_HEADER_BYTES = 128  # more than ffmpeg writes before the samples

PLAYLIST_DEMUXERS = re.compile(r"\[(?:hls|concat|dash|sdp|imf|applehttp)\b[^\]]*\] Format not on whitelist")
# How sound begins that could be read, and is not: ffmpeg 9 does not say what it took a file for.
OTHER_SOUND = {
    b"wvpk": "WavPack", b"TTA1": "TTA", b".snd": "AU", b"MAC ": "Monkey's Audio", b"OFR ": "OptimFROG",
    b"#!AMR": "AMR", b"MPCK": "Musepack", b"MP+": "Musepack", b"DSD ": "DSD", b"FRM8": "DSDIFF", b"tBaK": "TAK",
    b".RMF": "RealMedia", b"\x0b\x77": "AC-3", b"\x7f\xfe\x80\x01": "DTS", b"FLV\x01": "Flash", b"MThd": "MIDI",
}  # fmt: skip
# How the containers begin that are read here: one that cannot be opened all the same has lost the rest.
BEGINNINGS = re.compile(
    rb"(?:RIFF|RF64)....WAVE|riff\x2e\x91|FORM....AIF[FC]|caff|fLaC|OggS|\x1a\x45\xdf\xa3|\x30\x26\xb2\x75|....ftyp",
    re.DOTALL,
)
UNSUPPORTED = re.compile(r"Codec \(\w+\) not on whitelist|Decod(?:er|ing) .*not found|no decoder found")
INPUT = re.compile(r"Input #0, (?P<names>[\w,]+), from ")
DURATION = re.compile(r"  Duration: (?P<h>\d+):(?P<m>\d\d):(?P<s>\d\d(?:\.\d+)?)")
BITRATE = re.compile(r"(?P<kb>\d+) kb/s")
AUDIO = re.compile(r"  Stream #0:\d+[^ ]*: Audio: (?P<codec>\w+)(?P<rest>.*)")
CHANNELS = re.compile(r", (\d+) channels\b")
PROFILE = re.compile(r" \(([^)/]+)\)")


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """What a source says of itself and what its first moment decoded to.

    `duration_ms` is the header's estimate (None where the container has none, as in a browser's recording):
    good for limits and progress only. The true length is that of the decode. `profile` is ffmpeg's word ("LC"; "" where
    the codec has none), `sounds` the number of sound streams, of which the first is taken.
    """

    container: str
    codec: str
    duration_ms: int | None
    sample_rate_hz: int
    channels: int
    bit_depth: int | None
    bitrate_bps: int | None
    profile: str = ""
    sounds: int = 1


@dataclass
class Report:
    """The lines of ffmpeg's report that matter; tags of any size between them are passed over."""

    names: str = ""
    duration: str = ""
    audio: str = ""
    sounds: int = 0
    is_ours: bool = False
    trouble: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Keep the line if it is one of ours: the first of its kind, before what ffmpeg says of our own output."""
        if line.startswith("Output #"):
            self.is_ours = True
        elif self.is_ours:
            self.complain(line)
        elif AUDIO.match(line):
            self.sounds += 1
            self.audio = self.audio or line
        elif not self.names and (found := INPUT.match(line)):
            self.names = found["names"]
        elif not self.duration and DURATION.match(line):
            self.duration = line
        else:
            self.complain(line)

    def complain(self, line: str) -> None:
        """Keep a line that may say what is wrong."""
        if len(self.trouble) < TROUBLE_LINES and not line.startswith("    "):
            self.trouble.append(line)


class FirstMoment:
    """Counts the WAV bytes that the decoder wrote and keeps the header."""

    def __init__(self) -> None:
        self.header = b""
        self.bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the WAV stream."""
        self.header += chunk[: max(0, WAV_HEADER_BYTES - len(self.header))]
        self.bytes += len(chunk)

    def shape(self) -> tuple[int, int]:
        """Channels and sample rate in Hz; zeros where no sample was decoded."""
        samples_at = self.header.find(b"data") + 8
        if len(self.header) < WAV_SHAPE.size or self.bytes <= samples_at:
            return 0, 0
        channels, rate = WAV_SHAPE.unpack_from(self.header)
        return channels, rate


def probe(source: Path, *, limits: SourceLimits, workdir: Path) -> SourceFacts:
    """Look into `source` by decoding its first moment in `workdir`.

    Raises AudioRefused (playlist_refused, not_audio, format_unsupported, no_sound, codec_unsupported, damaged,
    too_long, too_many_channels, sample_rate_unsupported, took_too_long) or AudioRetryable.
    """
    refuse_playlist(source)
    report, moment = Report(), FirstMoment()
    finished = sandbox.run(
        [
            *input_arguments(source, log_level="info"),
            *("-max_error_rate", str(limits.max_decode_error_rate), *first_sound()),
            *("-frames:a", str(FRAMES), "-c:a", "pcm_s16le", "-bitexact", "-f", "wav", "pipe:1"),
        ],
        limits=Limits(
            wall_seconds=WALL_SECONDS * limits.time_scale,
            cpu_seconds=WALL_SECONDS,
            memory_bytes=limits.memory_bytes,
        ),
        workdir=workdir,
        reads=[source],
        on_stdout=moment.feed,
        on_stderr=Lines(report.take).feed,
    )
    facts = facts_from(report, moment, head=first_bytes(source), failed=finished.exit_code != 0, limits=limits)
    check(facts, limits=limits)
    return facts


def facts_from(report: Report, moment: FirstMoment, *, head: bytes, failed: bool, limits: SourceLimits) -> SourceFacts:
    """Join the report with what was really decoded; the decoder's word on rate and channels is the one that
    counts.
    """
    if not report.names:
        raise unopened(report.trouble, head=head)
    stream = AUDIO.match(report.audio)
    if stream is None:
        raise AudioRefused(code="no_sound", reason="There is no sound in this file.")
    channels, rate = moment.shape()
    if failed or not rate:
        raise undecoded(report, codec=stream["codec"], limits=limits)
    return SourceFacts(
        container=container_name(report.names),
        codec=stream["codec"],
        duration_ms=duration_ms(report.duration),
        sample_rate_hz=rate,
        channels=channels,
        bit_depth=bit_depth(stream["codec"], stream["rest"]),
        bitrate_bps=bitrate_bps(stream["rest"]) or bitrate_bps(report.duration),
        profile=profile[1] if (profile := PROFILE.match(stream["rest"])) else "",
        sounds=report.sounds,
    )


def unopened(trouble: list[str], *, head: bytes) -> Exception:
    """Why no container could be opened; `head` are the first bytes after an ID3 tag."""
    if any(PLAYLIST_DEMUXERS.search(line) for line in trouble):
        return playlist_refused()
    said = "\n".join(trouble)
    if "Cannot allocate memory" in said or "Too many open files" in said or "Permission denied" in said:
        return AudioRetryable(f"ffmpeg could not open the source: {said[:500]}")
    for start, name in OTHER_SOUND.items():
        if head.startswith(start):
            return AudioRefused(
                code="format_unsupported",
                reason=f"Files of the format {name} are not taken here. Export it as WAV or FLAC, and upload that.",
            )
    if not head or BEGINNINGS.match(head):
        return unreadable()
    return AudioRefused(
        code="not_audio",
        reason="This is not a sound file that we can read. Upload WAV, AIFF, FLAC, ALAC, MP3, AAC, Ogg, Opus or WMA.",
    )


def undecoded(report: Report, *, codec: str, limits: SourceLimits) -> AudioRefused:
    """Why a container with a sound stream gave no sample."""
    stated = CHANNELS.search(report.audio)
    if stated and int(stated[1]) > limits.max_channels:
        return too_many_channels(int(stated[1]), limits=limits)
    # Pictures and films beside the sound are not on the list of decoders either, and say so.
    is_known = codec in DECODERS.split(",")
    coding = "in a way that nobody knows" if codec == "none" else f"as {codec}"
    if codec == "none" or (not is_known and any(UNSUPPORTED.search(line) for line in report.trouble)):
        return AudioRefused(
            code="codec_unsupported",
            reason=f"The sound in this file is coded {coding}, which we cannot read. Export it as WAV or FLAC.",
        )
    return unreadable()


def unreadable() -> AudioRefused:
    """The refusal of a file that begins well and holds no sound."""
    return AudioRefused(code="damaged", reason="No sound could be read from this file. It is empty or damaged.")


def container_name(names: str) -> str:
    """One stable word for ffmpeg's list of demuxer names, e.g. "mov,mp4,m4a,3gp,3g2,mj2" -> "mp4"."""
    first = names.partition(",")[0]
    return CONTAINERS.get(first, first)


def duration_ms(line: str) -> int | None:
    """Milliseconds out of the line "  Duration: 00:01:02.50, …"; None for "N/A"."""
    found = DURATION.match(line)
    if found is None:
        return None
    return round((int(found["h"]) * 3600 + int(found["m"]) * 60 + float(found["s"])) * 1000)


def bit_depth(codec: str, rest: str) -> int | None:
    """Bits a sample of a lossless codec; None for lossy ones, which have no such thing."""
    if not LOSSLESS.match(codec):
        return None
    if stated := re.search(r"\((\d+) bit\)", rest):
        return int(stated[1])
    sample_format = re.search(r", (u8|s16|s32|s64|flt|dbl)p?\b", rest)
    return SAMPLE_BITS[sample_format[1]] if sample_format else None


def bitrate_bps(text: str) -> int | None:
    """Bits a second out of "… 128 kb/s"; None where ffmpeg does not say."""
    found = BITRATE.search(text)
    return int(found["kb"]) * 1000 if found else None


def check(facts: SourceFacts, *, limits: SourceLimits) -> None:
    """Refuse what passes a limit before any work is spent on it."""
    if facts.duration_ms is not None and facts.duration_ms > limits.max_duration_ms:
        raise too_long(limits)
    if facts.channels > limits.max_channels:
        raise too_many_channels(facts.channels, limits=limits)
    if not limits.min_sample_rate_hz <= facts.sample_rate_hz <= limits.max_sample_rate_hz:
        raise AudioRefused(
            code="sample_rate_unsupported",
            reason=f"This file has a sample rate of {facts.sample_rate_hz} Hz; possible are "
            f"{limits.min_sample_rate_hz} to {limits.max_sample_rate_hz} Hz.",
        )


def too_many_channels(channels: int, *, limits: SourceLimits) -> AudioRefused:
    """The refusal of sound with more channels than allowed."""
    return AudioRefused(
        code="too_many_channels",
        reason=f"This file has {channels} channels; up to {limits.max_channels} are possible.",
    )


def too_long(limits: SourceLimits) -> AudioRefused:
    """The refusal of sound that lasts longer than allowed."""
    hours, minutes = divmod(limits.max_duration_ms // 60_000, 60)
    return AudioRefused(
        code="too_long", reason=f"This sound is too long: up to {hours} h {minutes:02d} min are possible."
    )
