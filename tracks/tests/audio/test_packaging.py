"""What ffmpeg has written is checked before anybody may hear it."""

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from tracks.audio import hls, packaging
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.fmp4 import AacConfig, Layout, Segment, read_aac_config, read_layout
from tracks.audio.limits import SourceLimits
from tracks.audio.mp3 import read_mp3_length
from tracks.audio.packaging import RenditionFacts, package
from tracks.audio.probe import probe
from tracks.audio.renditions import AAC, MP3, OPUS, Recipe, playable_rate
from tracks.audio.transcode import transcode, transcode_further
from tracks.tests.audio.conftest import Encode
from tracks.tests.audio.test_transcode import FACTS


@pytest.fixture
def out(encode: Encode, workdir: Path) -> Path:
    """A finished transcode of 2.5 seconds."""
    source = encode("x.wav")
    limits = SourceLimits()
    facts = probe(source, limits=limits, workdir=workdir)
    first = transcode(source, facts=facts, out=workdir, limits=limits, on_progress=lambda _: None)
    transcode_further(source, facts=facts, waveform=first.waveform, duration_ms=2500, out=workdir, limits=limits)
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


@pytest.mark.parametrize("recipe", [AAC, OPUS, MP3], ids=lambda recipe: recipe.kind)
@pytest.mark.parametrize("keep", [None, 0, 40, 3000])
def test_an_output_that_is_missing_or_cut_is_never_handed_on(out: Path, recipe: Recipe, keep: int | None) -> None:
    data = (out / recipe.file).read_bytes()
    (out / recipe.file).unlink()
    if keep is not None:
        (out / recipe.file).write_bytes(data[:keep])
    with pytest.raises(AudioRefused) as refusal:
        package(recipe, out=out, duration_ms=2500, facts=FACTS)
    assert refusal.value.code == "damaged"


def test_a_playlist_that_cannot_be_written_is_not_blamed_on_the_file(out: Path) -> None:
    (out / "master.m3u8").unlink()
    (out / "master.m3u8").symlink_to("/dev/full")
    with pytest.raises(AudioRetryable, match="No space left"):
        package(AAC, out=out, duration_ms=2500, facts=FACTS)


def test_a_transcode_hands_on_nothing_that_is_not_faithful(
    encode: Encode, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packaging, "TOLERANCE_MS", -1)
    source, limits = encode("x.wav"), SourceLimits()
    facts = probe(source, limits=limits, workdir=workdir)
    with pytest.raises(AudioRefused) as refusal:
        transcode(source, facts=facts, out=workdir, limits=limits, on_progress=lambda _: None)
    assert refusal.value.code == "damaged"


@pytest.mark.parametrize("recipe", [AAC, OPUS, MP3], ids=lambda recipe: recipe.kind)
@pytest.mark.parametrize("duration_ms", [2400, 2600])
def test_an_output_of_another_length_is_never_handed_on(out: Path, recipe: Recipe, duration_ms: int) -> None:
    assert package(recipe, out=out, duration_ms=2500, facts=FACTS)
    with pytest.raises(AudioRefused):
        package(recipe, out=out, duration_ms=duration_ms, facts=FACTS)


# --- copies --------------------------------------------------------------------------------------


def as_copy(recipe: Recipe, *, out: Path, **differently: object) -> RenditionFacts:
    facts = replace(FACTS, **differently)
    return package(recipe, out=out, duration_ms=2500, facts=facts, copied=frozenset({recipe.kind}))


def test_a_copy_says_that_it_is_one(out: Path) -> None:
    assert as_copy(AAC, out=out).is_copy
    assert not package(AAC, out=out, duration_ms=2500, facts=FACTS).is_copy


@pytest.mark.parametrize("differently", [{"sample_rate_hz": 22_050}, {"sample_rate_hz": 48_000}, {"channels": 1}])
def test_a_copy_that_is_not_what_was_heard_is_never_handed_on(out: Path, differently: dict[str, int]) -> None:
    with pytest.raises(AudioRefused):
        as_copy(AAC, out=out, **differently)


def test_what_sets_up_the_decoder_is_read_from_the_file(out: Path) -> None:
    assert read_aac_config(out / "aac.mp4") == AacConfig(object_type=2, sample_rate_hz=44_100, channels=2)


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_descriptors_in_another_order_are_no_copy(out: Path, nth: int) -> None:
    data = bytearray((out / "aac.mp4").read_bytes())
    first = data.index(b"esds") + 8
    # A tag of 3, 4 or 5, and a length of four bytes.
    tags = [at for at in range(first, first + 40) if data[at] in {3, 4, 5} and data[at + 1] == 0x80]
    data[tags[nth]] = 9
    (out / "aac.mp4").write_bytes(data)
    with pytest.raises(AudioRefused):
        as_copy(AAC, out=out)


def test_an_mp4_without_aac_is_no_copy_of_aac(out: Path) -> None:
    (out / "opus.mp4").rename(out / "aac.mp4")
    with pytest.raises(AudioRefused):
        as_copy(AAC, out=out)


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
