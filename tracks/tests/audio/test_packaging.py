"""What ffmpeg has written is checked before anybody may hear it."""

import struct
from pathlib import Path

import pytest

from tracks.audio import hls, packaging
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.fmp4 import Layout, Segment, read_layout
from tracks.audio.limits import SourceLimits
from tracks.audio.mp3 import read_mp3_length
from tracks.audio.packaging import package
from tracks.audio.probe import probe
from tracks.audio.renditions import playable_rate
from tracks.audio.transcode import transcode
from tracks.tests.audio.conftest import Encode


@pytest.fixture
def out(encode: Encode, workdir: Path) -> Path:
    """A finished transcode of 2.5 seconds."""
    source = encode("x.wav")
    limits = SourceLimits()
    facts = probe(source, limits=limits, workdir=workdir)
    transcode(source, facts=facts, out=workdir, limits=limits, on_progress=lambda _: None)
    return workdir


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def sidx(*durations: int, version: int = 0) -> bytes:
    times = struct.pack(">II" if version == 0 else ">QQ", 0, 0)
    references = b"".join(struct.pack(">III", 100, duration, 0) for duration in durations)
    head = bytes([version, 0, 0, 0]) + struct.pack(">II", 1, 1000)
    return box(b"sidx", head + times + struct.pack(">HH", 0, len(durations)) + references)


@pytest.mark.parametrize("version", [0, 1])
def test_the_index_gives_place_and_length_of_every_segment(tmp_path: Path, version: int) -> None:
    file = tmp_path / "x.mp4"
    front = box(b"ftyp", b"") + box(b"moov", bytes(20))
    index = sidx(6000, 500, version=version)
    file.write_bytes(front + index + bytes(200))
    layout = read_layout(file)
    start = len(front) + len(index)
    assert layout.init_bytes == len(front)
    assert layout.segments == (
        Segment(offset=start, size=100, seconds=6),
        Segment(offset=start + 100, size=100, seconds=0.5),
    )
    assert layout.seconds == 6.5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        box(b"moov", b""),
        box(b"moov", b"") + box(b"moof", b"") + sidx(1000) + bytes(100),  # the index comes too late
        box(b"moov", b"") + sidx(1000) + bytes(99),  # the end is missing
        box(b"moov", b"") + sidx(),
        struct.pack(">I4s", 3, b"moov") + sidx(1000),
    ],
)
def test_a_file_that_cannot_be_cut_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.mp4"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="index"):
        read_layout(file)


def test_bandwidth_is_that_of_the_heaviest_whole_segment() -> None:
    segments = [Segment(offset=0, size=size, seconds=seconds) for size, seconds in [(6000, 6), (9000, 6), (900, 0.1)]]
    layout = Layout(init_bytes=1, segments=tuple(segments))
    assert hls.peak_bps(layout) == 12_000
    assert hls.average_bps(layout) == 10_513


def test_the_length_of_an_mp3_leaves_out_what_the_encoder_added(out: Path) -> None:
    assert read_mp3_length(out / "mp3.mp3") == 2.5


@pytest.mark.parametrize("head", [b"", b"\xff\xfb\x90\x00" + bytes(300), b"\xff\xfb\x90\x00Info" + bytes(300)])
def test_an_mp3_without_a_full_header_is_an_error(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "x.mp3").write_bytes(head)
    with pytest.raises(ValueError, match="header"):
        read_mp3_length(tmp_path / "x.mp3")


@pytest.mark.parametrize("name", ["aac.mp4", "mp3.mp3"])
@pytest.mark.parametrize("keep", [None, 0, 40, 3000])
def test_an_output_that_is_missing_or_cut_is_never_handed_on(out: Path, name: str, keep: int | None) -> None:
    data = (out / name).read_bytes()
    (out / name).unlink()
    if keep is not None:
        (out / name).write_bytes(data[:keep])
    with pytest.raises(AudioRefused) as refusal:
        package(out, duration_ms=2500)
    assert refusal.value.code == "damaged"


def test_a_playlist_that_cannot_be_written_is_not_blamed_on_the_file(out: Path) -> None:
    (out / "master.m3u8").unlink()
    (out / "master.m3u8").symlink_to("/dev/full")
    with pytest.raises(AudioRetryable, match="No space left"):
        package(out, duration_ms=2500)


def test_a_transcode_hands_on_nothing_that_is_not_faithful(
    encode: Encode, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "TOLERANCE_MS", -1)
    source, limits = encode("x.wav"), SourceLimits()
    facts = probe(source, limits=limits, workdir=workdir)
    with pytest.raises(AudioRefused) as refusal:
        transcode(source, facts=facts, out=workdir, limits=limits, on_progress=lambda _: None)
    assert refusal.value.code == "damaged"


@pytest.mark.parametrize("duration_ms", [2400, 2600])
def test_an_output_of_another_length_is_never_handed_on(out: Path, duration_ms: int) -> None:
    assert package(out, duration_ms=2500)
    with pytest.raises(AudioRefused):
        package(out, duration_ms=duration_ms)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (8_000, 48_000),
        (11_025, 44_100),
        (22_050, 44_100),
        (32_000, 48_000),
        (88_200, 44_100),
        (192_000, 48_000),
    ],
)
def test_renditions_have_one_of_two_rates(source: int, target: int) -> None:
    assert playable_rate(source) == target
