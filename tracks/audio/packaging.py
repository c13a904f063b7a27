"""Finishes and checks what ffmpeg has written: playlists beside the bytes, sizes and lengths as facts."""

import struct
from dataclasses import dataclass
from pathlib import Path

from tracks.audio import hls
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.fmp4 import read_layout
from tracks.audio.mp3 import read_mp3_length
from tracks.audio.renditions import AAC, MP3

MASTER = "master.m3u8"
AAC_PLAYLIST = "aac.m3u8"
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
PLAYLISTS = (AAC_PLAYLIST, MASTER)
TOLERANCE_MS = 50


@dataclass(frozen=True, kw_only=True)
class RenditionFacts:
    """One finished rendition. `files` are (name, content type, bytes); names lie in the directory of the
    transcode.
    """

    kind: str
    files: tuple[tuple[str, str, int], ...]
    codec: str
    bitrate_bps: int
    duration_ms: int


def package(out: Path, *, duration_ms: int) -> tuple[RenditionFacts, ...]:
    """Write the playlists into `out`, check every rendition against the decode's `duration_ms` and describe
    it.

    Raises AudioRefused("damaged") where an output is missing, cannot be read or is more than 50 ms off,
    AudioRetryable where the playlists cannot be written.
    """
    try:
        renditions = (package_aac(out), package_mp3(out))
    except (FileNotFoundError, ValueError, IndexError, struct.error) as error:
        raise unfaithful() from error
    except OSError as error:
        raise AudioRetryable(f"The playlists could not be written: {error}.") from error
    for rendition in renditions:
        if abs(rendition.duration_ms - duration_ms) > TOLERANCE_MS:
            raise unfaithful()
    return renditions


def package_aac(out: Path) -> RenditionFacts:
    """Write both playlists of the AAC file and describe the rendition."""
    layout = read_layout(out / AAC.file)
    (out / AAC_PLAYLIST).write_text(hls.media_playlist(layout, name=AAC.file), encoding="ascii")
    master = hls.master_playlist(layout, name=AAC_PLAYLIST, codec=AAC.codec)
    (out / MASTER).write_text(master, encoding="ascii")
    return RenditionFacts(
        kind=AAC.kind,
        files=(
            described(out, AAC.file, AAC.content_type),
            *(described(out, name, PLAYLIST_TYPE) for name in PLAYLISTS),
        ),
        codec=AAC.codec,
        bitrate_bps=hls.average_bps(layout),
        duration_ms=round(layout.seconds * 1000),
    )


def package_mp3(out: Path) -> RenditionFacts:
    """Describe the MP3 by its own header, which tells its length without the encoder's delay and padding."""
    seconds = read_mp3_length(out / MP3.file)
    file = described(out, MP3.file, MP3.content_type)
    return RenditionFacts(
        kind=MP3.kind,
        files=(file,),
        codec=MP3.codec,
        bitrate_bps=round(file[2] * 8 / max(seconds, 0.001)),
        duration_ms=round(seconds * 1000),
    )


def described(out: Path, name: str, content_type: str) -> tuple[str, str, int]:
    """Name, content type and bytes of a finished file."""
    return name, content_type, (out / name).stat().st_size


def unfaithful() -> AudioRefused:
    """The refusal of a source whose renditions do not come out as long as its sound."""
    return AudioRefused(
        code="damaged",
        reason="This file could not be converted faithfully; its sound is damaged. Export it again.",
    )
