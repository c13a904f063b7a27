"""What a decode is turned into. Another rendition is another recipe and its finishing touch in `packaging`.

Which coder at which setting is measured in bench/results/audio.md and decided in docs/decisions/0017.
"""

from dataclasses import dataclass

from tracks.audio.ffmpeg import FIRST_SOUND_ALONE, first_sound

SEGMENT_SECONDS = 6
# The header is written with the first fragment, when the encoder's delay is known (delay_moov: without it there is no
# edit list, and all sound starts too late); one index in front, so that the bare file can be seeked in.
FRAGMENTED_MP4 = (
    *("-f", "mp4", "-movflags", "+dash+delay_moov+global_sidx+skip_trailer"),
    *("-frag_duration", str(SEGMENT_SECONDS * 1_000_000)),
)
# A Xing/LAME header carries length, seek table and encoder delay; an ID3 tag would only hide it from simple players.
PLAIN_MP3 = ("-f", "mp3", "-write_xing", "1", "-id3v2_version", "0")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One output of ffmpeg: its file and how it is encoded.

    Bit rates are bits a second of mono and of stereo; `rate_hz` is None where the source decides (`playable_rate`).
    """

    kind: str
    codec: str
    file: str
    content_type: str
    mono_bps: int
    stereo_bps: int
    encoder: tuple[str, ...]
    container: tuple[str, ...]
    timestamps: str = ""
    rate_hz: int | None = None

    def bitrate_bps(self, *, channels: int) -> int:
        """Nominal bits a second for a source of so many channels."""
        return self.mono_bps if channels == 1 else self.stereo_bps

    def arguments(self, *, sample_rate_hz: int, channels: int) -> list[str]:
        """Output arguments for a source of that rate and so many channels; more than two are mixed down to stereo."""
        return [
            *first_sound(),
            *("-ac", str(min(channels, 2)), "-ar", str(self.rate_hz or playable_rate(sample_rate_hz))),
            *(*self.encoder, "-b:a", str(self.bitrate_bps(channels=channels))),
            *(("-bsf:a", f"setts=ts={self.timestamps}") if self.timestamps else ()),
            *(*self.container, f"file:{self.file}"),
        ]

    def copying(self, *filters: str) -> list[str]:
        """Output arguments that take the source's packets as they are, through bitstream filters if need be."""
        return [
            *FIRST_SOUND_ALONE,
            *("-c:a", "copy", *(("-bsf:a", ",".join(filters)) if filters else ())),
            *(*self.container, f"file:{self.file}"),
        ]


# Timestamps count packets of 1024 samples after one of priming: where the source changes its rate or channels midway,
# ffmpeg builds its filters anew and the sample count starts again.
AAC = Recipe(
    kind="aac_hls",
    codec="mp4a.40.2",
    file="aac.mp4",
    content_type="audio/mp4",
    mono_bps=96_000,
    stereo_bps=160_000,
    encoder=("-c:a", "aac", "-aac_coder", "fast"),
    container=FRAGMENTED_MP4,
    timestamps="(N-1)*1024",
)
# Packets of 20 ms after 312 samples of priming, always at 48,000 Hz. MP4 and not Ogg: the index in front tells length
# and places, where Ogg is searched by guessing; browsers play both.
OPUS = Recipe(
    kind="opus",
    codec="opus",
    file="opus.mp4",
    content_type="audio/mp4",
    mono_bps=64_000,
    stereo_bps=96_000,
    encoder=("-c:a", "libopus", "-vbr", "on", "-frame_duration", "20"),
    container=FRAGMENTED_MP4,
    timestamps="N*960-312",
    rate_hz=48_000,
)
MP3 = Recipe(
    kind="mp3",
    codec="mp3",
    file="mp3.mp3",
    content_type="audio/mpeg",
    mono_bps=80_000,
    stereo_bps=128_000,
    encoder=("-c:a", "libmp3lame", "-compression_level", "7"),
    container=PLAIN_MP3,
)
PREVIEW = Recipe(
    kind="preview",
    codec="mp3",
    file="preview.mp3",
    content_type="audio/mpeg",
    mono_bps=80_000,
    stereo_bps=128_000,
    encoder=("-c:a", "libmp3lame", "-compression_level", "7"),
    container=PLAIN_MP3,
)


def playable_rate(sample_rate_hz: int) -> int:
    """44,100 Hz for its multiples and fractions, else 48,000 Hz: the two rates that every player takes."""
    return 44_100 if sample_rate_hz % 11_025 == 0 else 48_000
