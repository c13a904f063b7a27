"""Facts are those of the sound itself; what is not sound is refused by name."""

import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.limits import SourceLimits
from tracks.audio.lines import LINE_BYTES, Lines
from tracks.audio.probe import FirstMoment, Report, bit_depth, facts_from, probe
from tracks.tests.audio.conftest import Encode, tone

LIMITS = SourceLimits()
GOOD = [
    # file, encoder, rate, channels -> container, codec, bit depth
    ("16.wav", ["-c:a", "pcm_s16le"], 44_100, 2, "wav", "pcm_s16le", 16),
    ("24.wav", ["-c:a", "pcm_s24le"], 192_000, 2, "wav", "pcm_s24le", 24),
    ("float.wav", ["-c:a", "pcm_f32le"], 48_000, 1, "wav", "pcm_f32le", 32),
    ("8.wav", ["-c:a", "pcm_u8"], 8_000, 1, "wav", "pcm_u8", 8),
    ("rf64.wav", ["-rf64", "always"], 44_100, 2, "wav", "pcm_s16le", 16),
    ("x.w64", [], 44_100, 2, "w64", "pcm_s16le", 16),
    ("x.aiff", [], 44_100, 2, "aiff", "pcm_s16be", 16),
    ("x.caf", ["-c:a", "pcm_s16be"], 44_100, 2, "caf", "pcm_s16be", 16),
    ("16.flac", ["-sample_fmt", "s16"], 96_000, 2, "flac", "flac", 16),
    ("24.flac", ["-sample_fmt", "s32"], 44_100, 2, "flac", "flac", 24),
    ("surround.flac", [], 48_000, 6, "flac", "flac", 16),
    ("alac.m4a", ["-c:a", "alac"], 44_100, 2, "mp4", "alac", 16),
    ("aac.m4a", ["-c:a", "aac"], 44_100, 2, "mp4", "aac", None),
    ("x.aac", ["-c:a", "aac"], 22_050, 1, "aac", "aac", None),
    ("x.mp3", ["-c:a", "libmp3lame"], 44_100, 2, "mp3", "mp3", None),
    ("slow.mp3", ["-c:a", "libmp3lame"], 8_000, 1, "mp3", "mp3", None),
    ("vorbis.ogg", ["-c:a", "libvorbis"], 44_100, 2, "ogg", "vorbis", None),
    ("x.opus", ["-c:a", "libopus"], 48_000, 2, "ogg", "opus", None),
    ("flac.ogg", ["-c:a", "flac"], 44_100, 2, "ogg", "flac", 16),
    ("x.wma", ["-c:a", "wmav2"], 44_100, 2, "asf", "wmav2", None),
    ("x.webm", ["-c:a", "libopus"], 48_000, 2, "matroska", "opus", None),
    ("x.mkv", ["-c:a", "flac"], 44_100, 2, "matroska", "flac", 16),
    ("x.mov", ["-c:a", "aac"], 44_100, 2, "mp4", "aac", None),
]


@pytest.mark.parametrize(
    ("name", "encoder", "rate", "channels", "container", "codec", "bits"), GOOD, ids=[row[0] for row in GOOD]
)
def test_every_accepted_format_tells_its_facts(  # noqa: PLR0917 -- a table of formats
    encode: Encode,
    workdir: Path,
    name: str,
    encoder: list[str],
    rate: int,
    channels: int,
    container: str,
    codec: str,
    bits: int | None,
) -> None:
    source = encode(name, *encoder, rate=rate, channels=channels, seconds=1.5)
    facts = probe(source, limits=LIMITS, workdir=workdir)
    assert (facts.container, facts.codec, facts.bit_depth) == (container, codec, bits)
    assert (facts.sample_rate_hz, facts.channels) == (rate, channels)
    assert facts.duration_ms is not None
    assert abs(facts.duration_ms - 1500) < 250  # a header's estimate
    assert facts.bitrate_bps


def test_the_first_sound_of_a_film_is_taken_and_its_picture_never_decoded(encode: Encode, workdir: Path) -> None:
    picture = ["-f", "lavfi", "-i", "testsrc=d=2:s=64x64", "-map", "0:a", "-map", "1:v", "-c:v", "mpeg4"]
    facts = probe(encode("film.mp4", *picture, "-c:a", "aac"), limits=LIMITS, workdir=workdir)
    assert (facts.container, facts.codec) == ("mp4", "aac")


def test_a_browsers_recording_without_a_length_is_taken(encode: Encode, workdir: Path) -> None:
    source = encode("live.webm", "-c:a", "libopus", "-live", "1", rate=48_000)
    assert probe(source, limits=LIMITS, workdir=workdir).duration_ms is None


def test_a_header_that_promises_four_gigabytes_is_not_believed(encode: Encode, workdir: Path) -> None:
    data = bytearray(encode("x.wav", "-bitexact").read_bytes()[:5000])
    data[4:8] = data[40:44] = struct.pack("<I", 0xFFFFFFF0)
    liar = workdir / "liar"
    liar.write_bytes(data)
    facts = probe(liar, limits=LIMITS, workdir=workdir)
    assert facts.duration_ms is not None
    assert facts.duration_ms < 100


def test_a_megabyte_of_tags_hides_nothing(encode: Encode, workdir: Path) -> None:
    text = "\\n  Stream #0:0: Audio: spoof, 1 Hz\\n" * 3000
    source = encode("x.ogg", "-c:a", "libvorbis", "-metadata", f"lyrics={text}", "-metadata", f"title={text}")
    facts = probe(source, limits=LIMITS, workdir=workdir)
    assert (facts.codec, facts.sample_rate_hz) == ("vorbis", 44_100)


HOSTILE = {
    "hls": (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", "playlist_refused"),
    "hls after a mark": (b"\xef\xbb\xbf\n #EXTM3U\n", "playlist_refused"),
    "hls in utf-16": ("\ufeff#EXTM3U\n".encode("utf-16-le"), "playlist_refused"),
    "hls after an ID3 tag": (
        b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + b"#EXTM3U\n#EXTINF:1,\nx\n",
        "playlist_refused",
    ),
    "concat": (b"ffconcat version 1.0\nfile source\n", "playlist_refused"),
    "dash": (b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "playlist_refused"),
    "sdp": (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 9 RTP/AVP 0\r\n", "playlist_refused"),
    "pls": (b"[playlist]\nFile1=http://127.0.0.1/\n", "playlist_refused"),
    "address": (b"http://127.0.0.1/", "playlist_refused"),
    "id3 only": (b"ID3\x04", "not_audio"),
    "other xml": (b"<?xml version='1.0'?><svg/>", "not_audio"),
    "text": (b"hello " * 1000, "not_audio"),
    "nothing": (b"", "damaged"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(1000), "not_audio"),
    "zip": (b"PK\x03\x04" + bytes(1000), "not_audio"),
    "zeros": (bytes(100_000), "not_audio"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_sound_is_refused_by_name(workdir: Path, name: str) -> None:
    content, code = HOSTILE[name]
    source = workdir / "source"
    source.write_bytes(content)
    with pytest.raises(AudioRefused) as refusal:
        probe(source, limits=LIMITS, workdir=workdir)
    assert refusal.value.code == code
    assert refusal.value.reason.endswith(".")


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_named_like_music_are_refused(workdir: Path, seed: int) -> None:
    source = workdir / "x.mp3"
    source.write_bytes(np.random.default_rng(seed).bytes(150_000))
    with pytest.raises(AudioRefused) as refusal:
        probe(source, limits=LIMITS, workdir=workdir)
    assert refusal.value.code in {"not_audio", "damaged", "no_sound"}


@pytest.mark.parametrize("demuxer", ["hls", "concat", "dash", "sdp"])
def test_a_playlist_that_only_ffmpeg_recognises_is_named_as_one(demuxer: str) -> None:
    report = Report()
    report.take(f"[{demuxer} @ 0x1] Format not on whitelist 'wav'")
    with pytest.raises(AudioRefused) as refusal:
        facts_from(report, FirstMoment(), head=b"?", failed=True, limits=LIMITS)
    assert refusal.value.code == "playlist_refused"


def test_a_damaged_sound_beside_a_picture_is_not_said_to_be_of_an_unknown_codec() -> None:
    report = Report()
    report.take("Input #0, mov,mp4, from 'x':")
    report.take("  Stream #0:0: Audio: aac (LC), 44100 Hz, stereo, fltp, 64 kb/s")
    report.take("[mjpeg @ 0x1] Codec (mjpeg) not on whitelist 'flac'")
    with pytest.raises(AudioRefused) as refusal:
        facts_from(report, FirstMoment(), head=b"?", failed=True, limits=LIMITS)
    assert refusal.value.code == "damaged"


def test_trouble_of_this_machine_is_not_blamed_on_the_file() -> None:
    report = Report()
    report.take("file:/x: Permission denied")
    with pytest.raises(AudioRetryable, match="Permission denied"):
        facts_from(report, FirstMoment(), head=b"?", failed=True, limits=LIMITS)


def test_only_the_first_lines_of_trouble_are_kept() -> None:
    report = Report()
    for number in range(10_000):
        report.take(f"trouble {number}")
    assert len(report.trouble) == 50


def test_a_film_without_sound_is_refused(encode: Encode, workdir: Path) -> None:
    silent = encode("silent.mp4", "-f", "lavfi", "-i", "testsrc=d=1:s=64x64", "-map", "1:v", "-c:v", "mpeg4")
    with pytest.raises(AudioRefused) as refusal:
        probe(silent, limits=LIMITS, workdir=workdir)
    assert refusal.value.code == "no_sound"


def test_a_codec_that_is_not_on_the_list_is_named(encode: Encode, workdir: Path) -> None:
    with pytest.raises(AudioRefused, match="coded as dts") as refusal:
        probe(encode("x.mkv", "-c:a", "dca", "-strict", "-2"), limits=LIMITS, workdir=workdir)
    assert refusal.value.code == "codec_unsupported"


def test_a_header_without_any_sound_behind_it_is_refused(encode: Encode, workdir: Path) -> None:
    header = workdir / "header.wav"
    header.write_bytes(encode("x.wav", "-bitexact").read_bytes()[:44])
    with pytest.raises(AudioRefused) as refusal:
        probe(header, limits=LIMITS, workdir=workdir)
    assert refusal.value.code == "damaged"


@pytest.mark.parametrize(
    ("rate", "channels", "limits", "code"),
    [
        (44_100, 2, SourceLimits(max_duration_ms=1000), "too_long"),
        (44_100, 9, LIMITS, "too_many_channels"),
        (6_000, 1, LIMITS, "sample_rate_unsupported"),
        (352_800, 1, LIMITS, "sample_rate_unsupported"),
    ],
)
def test_limits_hold_before_work(
    encode: Encode, workdir: Path, rate: int, channels: int, limits: SourceLimits, code: str
) -> None:
    source = encode("x.wav", rate=rate, channels=channels, seconds=1.2)
    with pytest.raises(AudioRefused) as refusal:
        probe(source, limits=limits, workdir=workdir)
    assert refusal.value.code == code


def test_a_playlist_never_lets_another_file_into_the_report(workdir: Path) -> None:
    victim = workdir / "victim.wav"
    subprocess.run(
        [
            ffmpeg_binary(),
            "-v",
            "error",
            "-f",
            "s16le",
            "-ar",
            "8000",
            "-ac",
            "1",
            "-i",
            "pipe:0",
            str(victim),
        ],
        input=tone(rate=8000, channels=1).tobytes(),
        check=True,
    )
    (workdir / "source").write_text(f"#EXTM3U\n#EXTINF:1,\n{victim}\n")
    with pytest.raises(AudioRefused):
        probe(workdir / "source", limits=LIMITS, workdir=workdir)


@pytest.mark.parametrize(
    ("codec", "rest", "bits"),
    [
        ("pcm_s24le", ", stereo, s32 (24 bit)", 24),
        ("pcm_alaw", ", s16", None),
        ("flac", "", None),
        ("alac", ", s16p", 16),
    ],
)
def test_bit_depth_is_told_of_lossless_sound_only(codec: str, rest: str, bits: int | None) -> None:
    assert bit_depth(codec, rest) == bits


def test_lines_are_put_together_and_bounded() -> None:
    heard: list[str] = []
    lines = Lines(heard.append)
    for chunk in (b"one\ntw", b"", b"o\n", b"x" * 3000, b"x" * 3000, b"\nend"):
        lines.feed(chunk)
    assert heard == ["one", "two", "x" * LINE_BYTES]
