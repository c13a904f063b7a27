"""From a recording to a file in one of four formats."""

import subprocess
import wave
from enum import StrEnum
from pathlib import Path

from config.demo.music.samples import SAMPLE_RATE_HZ
from tracks.audio.ffmpeg import ffmpeg_binary

_LONGEST_S = 120.0


class FileFormat(StrEnum):
    """The ending of the file's name."""

    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    M4A = "m4a"


_CODEC = {
    FileFormat.FLAC: ("-c:a", "flac", "-compression_level", "8"),
    FileFormat.MP3: ("-c:a", "libmp3lame", "-b:a", "192k", "-write_xing", "1", "-id3v2_version", "0"),
    FileFormat.M4A: ("-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"),
}


def write_sound(pcm16: bytes, path: Path, *, file_format: FileFormat) -> None:
    """Write interleaved 16-bit stereo samples at 44.1 kHz to `path`, untagged.

    Raises subprocess.CalledProcessError or TimeoutExpired when ffmpeg fails,
    AudioRetryable when there is none.
    """
    if file_format is FileFormat.WAV:
        _write_wav(pcm16, path)
        return
    # -bitexact keeps the encoder's version and the date out of the file; one thread keeps the bytes the same.
    command = (
        *(ffmpeg_binary(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "s16le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2", "-i", "pipe:0"),
        *(
            *_CODEC[file_format],
            "-threads",
            "1",
            "-map_metadata",
            "-1",
            "-fflags",
            "+bitexact",
            "-flags",
            "+bitexact",
        ),
        f"file:{path.absolute()}",
    )
    subprocess.run(command, input=pcm16, check=True, capture_output=True, timeout=_LONGEST_S)  # noqa: S603 -- our own arguments


def _write_wav(pcm16: bytes, path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(pcm16)
