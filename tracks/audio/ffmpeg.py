"""Which ffmpeg runs, and how it is told to open a file that nobody trusts."""

import importlib
import os
import shutil
from pathlib import Path

from tracks.audio.errors import AudioRetryable

# Playlists (hls, concat, dash, sdp) open other files and addresses: only containers that hold their own sound. Of those
# that could name others, QuickTime's references stay shut (`enable_drefs` is off unless asked for), and the ASF demuxer
# reads none: what leads elsewhere in that family are ASX texts, which are refused before ffmpeg sees them.
FORMATS = "wav,w64,aiff,caf,flac,mp3,aac,ogg,mov,matroska,asf"
# Only sound decoders: a video or picture in the file is never decoded, not even to look at it.
DECODERS = (
    "flac,alac,mp1,mp1float,mp2,mp2float,mp3,mp3float,aac,aac_fixed,aac_latm,vorbis,opus,libopus,ac3,eac3,"
    "wmav1,wmav2,wmapro,wmalossless,wmavoice,amrnb,amrwb,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,"
    "pcm_alaw,pcm_mulaw,pcm_s8,pcm_u8,pcm_s16le,pcm_s16be,pcm_u16le,pcm_u16be,pcm_s24le,pcm_s24be,"
    "pcm_s32le,pcm_s32be,pcm_s64le,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be"
)
# Wide frames for what is only measured: passed on in the decoder's own, of some 20 ms, they cost a tenth of all that a
# decode into four outputs costs. Where a source changes its shape midway, up to a frame is lost: not for what is kept.
WIDE_FRAMES = "asetnsamples=n=32768:p=0"
FIRST_SOUND_ALONE = ("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")


def ffmpeg_binary() -> str:
    """Path of the ffmpeg to run: FFMPEG_BINARY, else ffmpeg on PATH, else the one of the imageio-ffmpeg
    package.

    Raises AudioRetryable, saying what to install, where there is none.
    """
    named = os.environ.get("FFMPEG_BINARY") or "ffmpeg"
    found = shutil.which(named)
    if found:
        return os.path.realpath(found)
    if named != "ffmpeg":
        raise AudioRetryable(f"FFMPEG_BINARY names {named!r}, which is not a program that can be run.")
    try:  # an optional package, for machines without their own ffmpeg
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise AudioRetryable(
            "There is no ffmpeg here. Install your system's package ffmpeg, or pip install imageio-ffmpeg, "
            "or let FFMPEG_BINARY name one."
        ) from error


def input_arguments(source: Path, *, log_level: str) -> list[str]:
    """The program and its arguments up to the opened source, locked down.

    Local files only, whitelisted containers and decoders, no prompt, and each message on a line of its own
    (`repeat`), so that messages can be counted.
    """
    return [
        *(ffmpeg_binary(), "-nostdin", "-y", "-hide_banner", "-nostats", "-loglevel", f"repeat+{log_level}"),
        *("-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS),
        *("-codec_whitelist", DECODERS, "-vn", "-sn", "-dn", "-i", f"file:{source.absolute()}"),
    ]


def first_sound(*filters: str) -> list[str]:
    """Output arguments that take the first sound stream alone, without tags, chapters, pictures or subtitles.

    It goes through `filters`, if there are any.

    Timestamps are counted from the samples: gaps and jumps in the container are up to whoever wrote it, and would
    make one output longer than another.
    """
    return [*FIRST_SOUND_ALONE, "-af", ",".join(["asetpts=N/SR/TB", *filters])]
