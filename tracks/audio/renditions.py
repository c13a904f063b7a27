"""What one decode is turned into. Another rendition is another recipe and its finishing touch in
`packaging`.
"""

from dataclasses import dataclass

from tracks.audio.ffmpeg import first_sound

SEGMENT_SECONDS = 6


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One output of ffmpeg: its file and how it is encoded. Bit rates are bits a second of mono and of
    stereo.
    """

    kind: str
    codec: str
    file: str
    content_type: str
    mono_bps: int
    stereo_bps: int
    encoder: tuple[str, ...]

    def bitrate_bps(self, *, channels: int) -> int:
        """Nominal bits a second for a source of so many channels."""
        return self.mono_bps if channels == 1 else self.stereo_bps

    def arguments(self, *, sample_rate_hz: int, channels: int) -> list[str]:
        """Output arguments for a source of that rate and so many channels; more than two are mixed down to stereo."""
        return [
            *first_sound(),
            *("-ac", str(min(channels, 2)), "-ar", str(playable_rate(sample_rate_hz))),
            *self.encoder,
            *("-b:a", str(self.bitrate_bps(channels=channels)), f"file:{self.file}"),
        ]


# The default coder of ffmpeg's AAC (twoloop): `-aac_coder fast` takes half the CPU time, but its sound
# has not been judged, and an encode is made once and heard for years. Flags: the header is written with
# the first fragment, when the encoder's delay is known (delay_moov: without it there is no edit list, and
# all sound starts 1024 samples late); one index in front, so that the bare file can be seeked in.
# Timestamps count packets of 1024 samples after one of priming: where the source changes its rate or
# channels midway, ffmpeg builds its filters anew and the sample count starts again.
AAC = Recipe(
    kind="aac_hls",
    codec="mp4a.40.2",
    file="aac.mp4",
    content_type="audio/mp4",
    mono_bps=96_000,
    stereo_bps=160_000,
    encoder=(
        *("-c:a", "aac", "-f", "mp4", "-movflags", "+dash+delay_moov+global_sidx+skip_trailer"),
        *("-frag_duration", str(SEGMENT_SECONDS * 1_000_000), "-bsf:a", "setts=ts=(N-1)*1024"),
    ),
)
# A Xing/LAME header carries length, seek table and encoder delay; an ID3 tag would only hide it from
# simple players.
MP3 = Recipe(
    kind="mp3",
    codec="mp3",
    file="mp3.mp3",
    content_type="audio/mpeg",
    mono_bps=80_000,
    stereo_bps=128_000,
    encoder=("-c:a", "libmp3lame", "-f", "mp3", "-write_xing", "1", "-id3v2_version", "0"),
)


def playable_rate(sample_rate_hz: int) -> int:
    """44,100 Hz for its multiples and fractions, else 48,000 Hz: the two rates that every player takes."""
    return 44_100 if sample_rate_hz % 11_025 == 0 else 48_000
