"""Finishes and checks what ffmpeg has written: playlists beside the bytes, sizes and lengths as facts."""

import struct
from dataclasses import dataclass
from pathlib import Path

from tracks.audio import hls
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.fmp4 import Layout, read_aac_config, read_layout
from tracks.audio.mp3 import read_mp3_length
from tracks.audio.probe import SourceFacts
from tracks.audio.renditions import AAC, OPUS, Recipe

MASTER = "master.m3u8"
AAC_PLAYLIST = "aac.m3u8"
PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
TOLERANCE_MS = 50
AAC_LC = 2  # audio object type, ISO/IEC 14496-3


@dataclass(frozen=True, kw_only=True)
class RenditionFacts:
    """One finished rendition. `files` are (name, content type, bytes); names lie in the directory of the transcode.

    `is_copy` says that its packets are the source's own.
    """

    kind: str
    files: tuple[tuple[str, str, int], ...]
    codec: str
    bitrate_bps: int
    duration_ms: int
    is_copy: bool = False


def package(
    recipe: Recipe, *, out: Path, duration_ms: int, facts: SourceFacts, copied: frozenset[str] = frozenset()
) -> RenditionFacts:
    """Finish the recipe's file in `out`, check it against the decode's `duration_ms` and describe it.

    Raises AudioRefused("damaged") where it is missing, cannot be read, is more than 50 ms off or, copied, is not what
    it says to be; AudioRetryable where its playlists cannot be written.
    """
    try:
        seconds, names = finish(recipe, out=out)
        if recipe is AAC and recipe.kind in copied:
            check_copy(out / recipe.file, facts=facts)
        files = tuple(described(out, name, recipe=recipe) for name in names)
    except (FileNotFoundError, ValueError, IndexError, struct.error) as error:
        raise damaged() from error
    except OSError as error:
        raise AudioRetryable(f"The playlists could not be written: {error}.") from error
    if abs(seconds * 1000 - duration_ms) > TOLERANCE_MS:
        raise damaged()
    return RenditionFacts(
        kind=recipe.kind,
        files=files,
        codec=recipe.codec,
        bitrate_bps=round(files[0][2] * 8 / max(seconds, 0.001)),
        duration_ms=round(seconds * 1000),
        is_copy=recipe.kind in copied,
    )


def finish(recipe: Recipe, *, out: Path) -> tuple[float, tuple[str, ...]]:
    """Seconds of sound in the recipe's file, and the names of the files that belong to it, itself first."""
    if recipe is AAC:
        layout = read_layout(out / recipe.file)
        write_playlists(layout, out=out)
        return layout.seconds, (recipe.file, AAC_PLAYLIST, MASTER)
    if recipe is OPUS:
        return read_layout(out / recipe.file).seconds, (recipe.file,)
    return read_mp3_length(out / recipe.file), (recipe.file,)


def write_playlists(layout: Layout, *, out: Path) -> None:
    """The media playlist and the master. The master has one variant: no player changes its codec in the middle."""
    (out / AAC_PLAYLIST).write_text(hls.media_playlist(layout, name=AAC.file), encoding="ascii")
    master = hls.master_playlist(layout, name=AAC_PLAYLIST, codec=AAC.codec)
    (out / MASTER).write_text(master, encoding="ascii")


def check_copy(file: Path, *, facts: SourceFacts) -> None:
    """Raise ValueError unless a copied AAC file sets up exactly the decoder that heard it here.

    A stream that says LC outside and carries more inside plays at another rate elsewhere.
    """
    config = read_aac_config(file)
    if (config.object_type, config.sample_rate_hz, config.channels) != (AAC_LC, facts.sample_rate_hz, facts.channels):
        raise ValueError("the copy is not what its source was heard to be")


def described(out: Path, name: str, *, recipe: Recipe) -> tuple[str, str, int]:
    """Name, content type and bytes of a finished file."""
    content_type = recipe.content_type if name == recipe.file else PLAYLIST_TYPE
    return name, content_type, (out / name).stat().st_size


def damaged() -> AudioRefused:
    """The refusal of a file with too little sound among its bytes, or whose renditions are not as long as its sound."""
    return AudioRefused(
        code="damaged",
        reason="Too much of this file cannot be decoded. Export it again from your audio program.",
    )
