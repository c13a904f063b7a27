"""Files of every format that artists export, and a judgement of what became of them by means of its own."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tracks.audio.errors import AudioRefused
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.limits import SourceLimits
from tracks.audio.probe import SourceFacts, probe
from tracks.audio.transcode import Transcoded, transcode, transcode_further

LIMITS = SourceLimits()
SECONDS = 6
# A sweep that swells in one ear, a note in the other, noise in all that follow.
SOUND = "0.4*sin(2*PI*(220+60*t)*t)*(0.3+0.7*abs(sin(PI*t/3)))|0.3*sin(2*PI*330*t)"
FILM = ("-f", "lavfi", "-i", f"color=c=red:s=64x64:d={SECONDS}:r=10")


@dataclass(frozen=True)
class Row:
    """A file to make: its name, how the sound is encoded, its rate and channels; `film` is a video coder beside it."""

    name: str
    encoder: tuple[str, ...] = ()
    rate: int = 44_100
    channels: int = 2
    film: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What became of a file. Errors: the length's in ms, the loudness' in LU, the waveform's as share of full scale."""

    state: str
    codec: str = ""
    length_error_ms: float = 0.0
    loudness_error_lu: float = 0.0
    waveform_error: float = 0.0
    copied: tuple[str, ...] = ()

    def __str__(self) -> str:
        errors = f"{self.length_error_ms:+6.1f} ms  {self.loudness_error_lu:+5.2f} LU  {self.waveform_error:6.2%}"
        return f"{self.state:22} {self.codec:12} {errors}  {' '.join(self.copied)}"


ROWS = (
    Row("16.wav", ("-c:a", "pcm_s16le")),
    Row("24.wav", ("-c:a", "pcm_s24le"), 48_000),
    Row("32f.wav", ("-c:a", "pcm_f32le"), 96_000),
    Row("64f.wav", ("-c:a", "pcm_f64le")),
    Row("u8.wav", ("-c:a", "pcm_u8"), 11_025, 1),
    Row("mulaw.wav", ("-c:a", "pcm_mulaw"), 8_000, 1),
    Row("adpcm.wav", ("-c:a", "adpcm_ms")),
    Row("rf64.wav", ("-c:a", "pcm_s24le", "-rf64", "always"), 48_000),
    Row("mono.wav", ("-c:a", "pcm_s16le"), 44_100, 1),
    Row("5.1.wav", ("-c:a", "pcm_s24le"), 48_000, 6),
    Row("7.1.wav", ("-c:a", "pcm_s16le"), 48_000, 8),
    Row("8k.wav", (), 8_000, 1),
    Row("12k.wav", (), 12_000, 1),
    Row("22k.wav", (), 22_050),
    Row("32k.wav", (), 32_000),
    Row("88k.wav", ("-c:a", "pcm_s24le"), 88_200),
    Row("176k.wav", ("-c:a", "pcm_s24le"), 176_400),
    Row("192k.wav", ("-c:a", "pcm_f32le"), 192_000),
    Row("16.w64", ("-c:a", "pcm_s16le")),
    Row("24.w64", ("-c:a", "pcm_s24le"), 96_000),
    Row("16.aiff", ("-c:a", "pcm_s16be")),
    Row("24.aiff", ("-c:a", "pcm_s24be"), 48_000),
    Row("x.caf", ("-c:a", "pcm_s16be")),
    Row("alac.caf", ("-c:a", "alac")),
    Row("16.flac", ("-sample_fmt", "s16")),
    Row("24.flac", ("-sample_fmt", "s32"), 96_000),
    Row("192k.flac", (), 192_000),
    Row("5.1.flac", (), 48_000, 6),
    Row("alac.m4a", ("-c:a", "alac")),
    Row("alac24.m4a", ("-c:a", "alac", "-sample_fmt", "s32p"), 96_000),
    Row("cbr.mp3", ("-c:a", "libmp3lame", "-b:a", "192k")),
    Row("320.mp3", ("-c:a", "libmp3lame", "-b:a", "320k"), 48_000),
    Row("vbr.mp3", ("-c:a", "libmp3lame", "-q:a", "2"), 48_000),
    Row("no-xing.mp3", ("-c:a", "libmp3lame", "-write_xing", "0")),
    Row("22k.mp3", ("-c:a", "libmp3lame", "-b:a", "48k"), 22_050, 1),
    Row("8k.mp3", ("-c:a", "libmp3lame"), 8_000, 1),
    Row("x.mp2", ("-c:a", "mp2")),
    Row("aac.m4a", ("-c:a", "aac", "-b:a", "160k")),
    Row("5.1.m4a", ("-c:a", "aac"), 48_000, 6),
    Row("22k.m4a", ("-c:a", "aac"), 22_050, 1),
    Row("fragments.mp4", ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov")),
    Row("adts.aac", ("-c:a", "aac", "-b:a", "160k"), 48_000),
    Row("vorbis.ogg", ("-c:a", "libvorbis")),
    Row("22k.ogg", ("-c:a", "libvorbis"), 22_050, 1),
    Row("flac.oga", ("-c:a", "flac")),
    Row("x.opus", ("-c:a", "libopus", "-b:a", "96k"), 48_000),
    Row("mono.opus", ("-c:a", "libopus", "-b:a", "40k"), 48_000, 1),
    Row("5.1.opus", ("-c:a", "libopus", "-b:a", "256k"), 48_000, 6),
    Row("v1.wma", ("-c:a", "wmav1")),
    Row("v2.wma", ("-c:a", "wmav2", "-b:a", "192k"), 48_000),
    Row("x.mp4", ("-c:a", "aac"), film="libx264"),
    Row("pcm.mov", ("-c:a", "pcm_s16le"), film="libx264"),
    Row("opus.webm", ("-c:a", "libopus"), 48_000, film="libvpx"),
    Row("vorbis.webm", ("-c:a", "libvorbis"), film="libvpx"),
    Row("recorded.webm", ("-c:a", "libopus", "-live", "1"), 48_000, 1),
    Row("flac.mkv", ("-c:a", "flac"), film="libx264"),
    Row("ac3.mkv", ("-c:a", "ac3"), 48_000, 6, film="libx264"),
    Row("vorbis.mka", ("-c:a", "libvorbis")),
    # Wrong extensions: the bytes are what counts.
    Row("wav.mp3", ("-c:a", "pcm_s16le", "-f", "wav")),
    Row("flac.wav", ("-c:a", "flac", "-f", "flac")),
    Row("mp3.wav", ("-c:a", "libmp3lame", "-f", "mp3")),
    Row("m4a.flac", ("-c:a", "aac", "-f", "ipod")),
    Row("nothing", ("-c:a", "libvorbis", "-f", "ogg")),
    # What the whitelist leaves out, on purpose.
    Row("x.au"),
    Row("x.tta"),
    Row("x.wv"),
    Row("x.ac3"),
)
QUICK = {"24.wav", "7.1.wav", "192k.flac", "vbr.mp3", "adts.aac", "mono.opus", "v2.wma", "x.mp4", "mp3.wav", "x.wv"}
REFUSED = {"x.au", "x.tta", "x.wv", "x.ac3"}


def make(row: Row, *, folder: Path) -> Path:
    """The file, made by ffmpeg."""
    channels = "|".join([SOUND, *("0.05*random(0)" for _ in range(row.channels - 2))])
    sound = ["-f", "lavfi", "-i", f"aevalsrc={channels}:d={SECONDS}:s={row.rate}"]
    film = [*FILM, "-c:v", row.film, "-pix_fmt", "yuv420p"] if row.film else []
    inputs, outputs = [*sound, *film[:4]], [*film[4:], "-ac", str(row.channels), "-ar", str(row.rate)]
    path = folder / row.name
    command = [ffmpeg_binary(), "-nostdin", "-v", "error", "-y", *inputs, *outputs, *row.encoder]
    subprocess.run([*command, f"file:{path}"], check=True, capture_output=True)
    return path


def judge(path: Path) -> Judgement:
    """Send the file through both decodes, and compare what they gave with what a bare ffmpeg says of it."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        try:
            facts = probe(path, limits=LIMITS, workdir=out)
            first = transcode(path, facts=facts, out=out, limits=LIMITS, on_progress=lambda _: None)
            further = transcode_further(
                path, facts=facts, waveform=first.waveform, duration_ms=first.duration_ms, out=out, limits=LIMITS
            )
        except AudioRefused as refusal:
            return Judgement(state=f"refused {refusal.code}")
    return Judgement(
        state="ready",
        codec=facts.codec,
        copied=tuple(facts.kind for facts in (*first.renditions, *further) if facts.is_copy),
        **compared(path, facts=facts, first=first),
    )


def compared(path: Path, *, facts: SourceFacts, first: Transcoded) -> dict[str, float]:
    """The three errors."""
    pcm, loudness_lufs = bare(path, channels=facts.channels, rate=facts.sample_rate_hz)
    return {
        "length_error_ms": first.duration_ms - len(pcm) * 1000 / facts.sample_rate_hz,
        "loudness_error_lu": first.loudness.integrated_lufs - max(-70.0, loudness_lufs),
        "waveform_error": waveform_error(first, pcm),
    }


def bare(path: Path, *, channels: int, rate: int) -> tuple[NDArray[np.int16], float]:
    """All samples of a file, and its integrated loudness in LUFS, by calls of ffmpeg that do nothing else."""
    opened = [ffmpeg_binary(), "-nostdin", "-hide_banner", "-i", f"file:{path}", "-map", "0:a:0"]
    shape = ["-c:a", "pcm_s16le", "-ac", str(channels), "-ar", str(rate), "-f", "s16le", "-"]
    pcm = subprocess.run([*opened, "-v", "error", *shape], capture_output=True, check=False).stdout
    said = subprocess.run([*opened, "-af", "ebur128", "-f", "null", "-"], capture_output=True, check=False).stderr
    loudness = re.findall(rb"^    I: +(-?[\d.]+|-?inf|nan) LUFS", said, re.MULTILINE)[-1]
    return np.frombuffer(pcm, "<i2").reshape(-1, channels), float(loudness)


def waveform_error(first: Transcoded, pcm: NDArray[np.int16]) -> float:
    """The largest distance of a peak from the peak of the samples, as a share of full scale."""
    wide = first.waveform.samples_per_pixel
    mono = pcm.astype(np.float64).mean(axis=1)
    starts = np.arange(0, len(mono), wide)
    truth = np.stack([np.minimum.reduceat(mono, starts), np.maximum.reduceat(mono, starts)], axis=1) / 32_768
    count = min(len(truth), first.waveform.length)
    return float(np.abs(first.waveform.pairs()[:count] / 128 - truth[:count]).max())


def check(judgement: Judgement) -> None:
    """What is promised of a file that is ready."""
    assert abs(judgement.length_error_ms) <= 50
    assert abs(judgement.loudness_error_lu) <= 0.1
    assert judgement.waveform_error <= 0.01
