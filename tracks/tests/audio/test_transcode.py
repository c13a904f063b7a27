"""One decode gives every rendition, each as long as the sound, and nothing for what is not sound."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tracks.audio.decode import Job, arguments, failure
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.limits import SourceLimits
from tracks.audio.packaging import RenditionFacts
from tracks.audio.probe import SourceFacts, probe
from tracks.audio.transcode import Transcoded, measuring, transcode, transcode_further
from tracks.tests.audio.conftest import SECONDS, Encode, decoded, tone

LIMITS = SourceLimits()
FACTS = SourceFacts(
    container="wav",
    codec="pcm_s16le",
    duration_ms=2500,
    sample_rate_hz=44_100,
    channels=2,
    bit_depth=16,
    bitrate_bps=1_411_000,
)
GOOD = [
    # file, encoder, rate, channels; lossy sources may be up to a codec frame longer than what went in
    ("16.wav", ["-c:a", "pcm_s16le"], 44_100, 2),
    ("24.wav", ["-c:a", "pcm_s24le"], 192_000, 1),
    ("float.wav", ["-c:a", "pcm_f32le"], 48_000, 2),
    ("slow.wav", ["-c:a", "pcm_u8"], 8_000, 1),
    ("odd.wav", [], 37_800, 2),
    ("surround.flac", [], 48_000, 6),
    ("eight.wav", [], 44_100, 8),
    ("alac.m4a", ["-c:a", "alac"], 44_100, 2),
    ("aac.m4a", ["-c:a", "aac"], 32_000, 2),
    ("x.mp3", ["-c:a", "libmp3lame"], 44_100, 2),
    ("vorbis.ogg", ["-c:a", "libvorbis"], 22_050, 1),
    ("x.opus", ["-c:a", "libopus"], 48_000, 2),
    ("live.webm", ["-c:a", "libopus", "-live", "1"], 48_000, 1),
]


PLAYED = ("aac.mp4", "aac.m3u8", "opus.mp4", "mp3.mp3")
NOISE = "anoisesrc=r=44100:d=6[n];[0:a][n]amix"


def ignore(_: float) -> None:
    """Hear of progress and do nothing."""


def work(source: Path, *, out: Path, limits: SourceLimits = LIMITS) -> Transcoded:
    facts = probe(source, limits=limits, workdir=out)
    return transcode(source, facts=facts, out=out, limits=limits, on_progress=ignore)


def work_all(source: Path, *, out: Path) -> tuple[Transcoded, tuple[RenditionFacts, ...]]:
    """Both decodes, as two jobs make them."""
    first = work(source, out=out)
    facts = probe(source, limits=LIMITS, workdir=out)
    length_ms = first.duration_ms
    further = transcode_further(
        source, facts=facts, waveform=first.waveform, duration_ms=length_ms, out=out, limits=LIMITS
    )
    return first, further


def length_ms(path: Path) -> float:
    return len(decoded(path)) / 44.1


@pytest.mark.parametrize(("name", "encoder", "rate", "channels"), GOOD, ids=[row[0] for row in GOOD])
def test_every_rendition_is_as_long_as_the_sound(
    encode: Encode, workdir: Path, name: str, encoder: list[str], rate: int, channels: int
) -> None:
    result, further = work_all(encode(name, *encoder, rate=rate, channels=channels), out=workdir)
    assert abs(result.duration_ms - SECONDS * 1000) <= 50
    renditions = (*result.renditions, *further)
    assert [rendition.kind for rendition in renditions] == ["aac_hls", "opus", "mp3", "preview"]
    for rendition in renditions:
        assert abs(rendition.duration_ms - result.duration_ms) <= 50
        for file, _, size in rendition.files:
            assert (workdir / file).stat().st_size == size
    for file in PLAYED:
        assert abs(length_ms(workdir / file) - result.duration_ms) <= 50
    assert result.waveform.length
    assert result.decode_errors == 0


def lag_and_likeness(source: NDArray[np.int16], heard: NDArray[np.int16]) -> tuple[int, float]:
    """By how many samples `heard` comes late, and how alike both are at that lag (0..1)."""
    one, other = source.astype(np.float64), heard.astype(np.float64)[: len(source)]
    spectrum = np.fft.rfft(other, 2 * len(one)) * np.fft.rfft(one, 2 * len(one)).conj()
    likeness = np.fft.irfft(spectrum) / np.sqrt((one**2).sum() * (other**2).sum())
    lag = int(likeness.argmax())
    return (lag if lag < len(one) else lag - 2 * len(one)), float(likeness.max())


def test_the_sound_of_every_rendition_lies_where_it_lay_in_the_source(encode: Encode, workdir: Path) -> None:
    work_all(encode("x.wav"), out=workdir)
    source = tone()
    for file in PLAYED:
        heard = decoded(workdir / file)
        for channel in (0, 1):
            lag, likeness = lag_and_likeness(source[:, channel], heard[:, channel])
            # ffmpeg as a player does not cut off the encoder's delay in fragments (1024 samples of AAC, 312 of Opus at
            # another rate); browsers do
            assert lag in {0, 286, 287, 1024}
            assert likeness > 0.97


def test_the_waveform_is_that_of_the_decoded_source(encode: Encode, workdir: Path) -> None:
    source = encode("x.flac", rate=96_000)
    waveform = work(source, out=workdir).waveform
    mono = decoded(source, rate=96_000).astype(np.float64).mean(axis=1) / 32768
    whole = mono[: len(mono) // 256 * 256].reshape(-1, 256)
    truth = np.stack([whole.min(axis=1), whole.max(axis=1)], axis=1)
    assert waveform.sample_rate == 96_000
    assert np.abs(waveform.pairs()[: len(truth)] / 128 - truth).max() <= 0.01


@pytest.mark.parametrize(
    ("channels", "aac_bps", "opus_bps", "mp3_bps"), [(1, 96_000, 64_000, 80_000), (2, 160_000, 96_000, 128_000)]
)
def test_mono_costs_less_than_stereo(
    encode: Encode, workdir: Path, channels: int, aac_bps: int, opus_bps: int, mp3_bps: int
) -> None:
    source = encode("x.wav", "-af", NOISE, "-ac", str(channels), channels=channels, seconds=6)
    first, (opus, mp3, _) = work_all(source, out=workdir)
    assert 0.5 * aac_bps < first.renditions[0].bitrate_bps < 1.1 * aac_bps
    assert 0.5 * opus_bps < opus.bitrate_bps < 1.5 * opus_bps
    assert abs(mp3.bitrate_bps - mp3_bps) < 0.05 * mp3_bps


def test_the_playlists_describe_the_bytes_of_one_file(encode: Encode, workdir: Path) -> None:
    work(encode("x.flac", seconds=20), out=workdir)
    media = (workdir / "aac.m3u8").read_text()
    assert media.startswith("#EXTM3U\n")
    assert media.endswith("#EXT-X-ENDLIST\n")
    assert "#EXT-X-PLAYLIST-TYPE:VOD" in media
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in media
    ranges = [(int(size), int(at)) for size, at in re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)", media)]
    durations = [float(seconds) for seconds in re.findall(r"#EXTINF:([\d.]+),", media)]
    assert len(ranges) == len(durations) == 4
    assert all(abs(seconds - 6) < 0.1 for seconds in durations[:-1])
    assert abs(sum(durations) - 20) < 0.05
    data = (workdir / "aac.mp4").read_bytes()
    assert all(data[at + 4 : at + 8] == b"moof" for _, at in ranges)
    assert all(at + size == following for (size, at), (_, following) in pairwise(ranges))
    assert sum(ranges[-1]) == len(data)
    init = re.search(r'#EXT-X-MAP:URI="aac.mp4",BYTERANGE="(\d+)@0"', media)
    assert init
    assert data[4:8] == b"ftyp"
    assert data[int(init[1]) + 4 : int(init[1]) + 8] == b"sidx"  # the index follows what sets up a decoder


def test_the_master_names_codec_and_bandwidth_and_no_picture(encode: Encode, workdir: Path) -> None:
    work(encode("x.wav"), out=workdir)
    master = (workdir / "master.m3u8").read_text()
    assert 'CODECS="mp4a.40.2"' in master
    assert re.search(r"[:,]BANDWIDTH=\d{5,6},", master)
    assert "RESOLUTION" not in master
    assert master.splitlines()[-1] == "aac.m3u8"


def test_tags_of_the_source_are_in_no_rendition(encode: Encode, workdir: Path) -> None:
    work_all(encode("x.flac", "-metadata", "title=canary", "-metadata", "comment=canary"), out=workdir)
    for file in workdir.iterdir():
        assert b"canary" not in file.read_bytes()


def test_a_source_that_changes_its_shape_midway_stays_one_sound(encode: Encode, workdir: Path) -> None:
    stereo = encode("stereo.mp3", "-c:a", "libmp3lame").read_bytes()
    mono = encode("mono.mp3", "-c:a", "libmp3lame", channels=1).read_bytes()
    (workdir / "source").write_bytes(stereo + mono)
    result = work(workdir / "source", out=workdir)
    assert abs(result.duration_ms - 5000) < 100
    assert abs(length_ms(workdir / "aac.mp4") - result.duration_ms) <= 50


def test_a_jump_in_the_containers_clock_adds_no_silence_and_cuts_nothing(encode: Encode, workdir: Path) -> None:
    late = encode("late.mkv", "-c:a", "flac", "-af", "asetpts=PTS+gte(N\\,44100)*100000/TB")
    result = transcode(late, facts=FACTS, out=workdir, limits=LIMITS, on_progress=ignore)
    assert abs(result.duration_ms - SECONDS * 1000) <= 50
    assert abs(length_ms(workdir / "aac.mp4") - result.duration_ms) <= 50


def test_a_cut_file_gives_what_it_holds(encode: Encode, workdir: Path) -> None:
    whole = encode("x.mp3", "-c:a", "libmp3lame", seconds=6).read_bytes()
    (workdir / "source").write_bytes(whole[: len(whole) // 2])
    result = work(workdir / "source", out=workdir)
    assert 2500 < result.duration_ms < 3500


def test_a_few_damaged_packets_are_counted_and_survived(encode: Encode, workdir: Path) -> None:
    data = bytearray(encode("x.mp3", "-c:a", "libmp3lame", seconds=10).read_bytes())
    data[60_000:60_600] = bytes(600)
    (workdir / "source").write_bytes(data)
    assert abs(work(workdir / "source", out=workdir).duration_ms - 10_000) < 200


def test_sound_whose_packets_cannot_be_decoded_is_refused(encode: Encode, workdir: Path) -> None:
    data = bytearray(encode("x.flac", seconds=6).read_bytes())
    noise = np.random.default_rng(3).bytes(len(data))
    facts = probe(encode("x.flac", seconds=6), limits=LIMITS, workdir=workdir)
    for at in range(len(data) // 3, len(data) - 64, 2000):
        data[at : at + 64] = noise[at : at + 64]
    (workdir / "source").write_bytes(data)
    with pytest.raises(AudioRefused) as refusal:
        transcode(workdir / "source", facts=facts, out=workdir, limits=LIMITS, on_progress=ignore)
    assert refusal.value.code == "damaged"


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_never_become_a_track(workdir: Path, seed: int) -> None:
    (workdir / "source").write_bytes(np.random.default_rng(seed).bytes(150_000))
    with pytest.raises(AudioRefused) as refusal:
        work(workdir / "source", out=workdir)
    assert refusal.value.code in {"damaged", "not_audio", "no_sound"}


def test_random_bytes_are_refused_even_if_the_probe_was_deceived(workdir: Path) -> None:
    (workdir / "source").write_bytes(np.random.default_rng(1).bytes(150_000))
    with pytest.raises(AudioRefused) as refusal:
        transcode(workdir / "source", facts=FACTS, out=workdir, limits=LIMITS, on_progress=ignore)
    assert refusal.value.code in {"damaged", "not_audio"}


def test_sound_that_is_longer_than_its_header_said_is_refused_during_the_decode(encode: Encode, workdir: Path) -> None:
    limits = SourceLimits(max_duration_ms=2000)
    with pytest.raises(AudioRefused) as refusal:
        transcode(encode("x.wav"), facts=FACTS, out=workdir, limits=limits, on_progress=ignore)
    assert refusal.value.code == "too_long"
    assert "0 h 00 min" in refusal.value.reason


def test_work_that_takes_too_long_is_refused(encode: Encode, workdir: Path) -> None:
    limits = SourceLimits(time_scale=0.002)
    with pytest.raises(AudioRefused) as refusal:
        transcode(encode("x.wav", seconds=60), facts=FACTS, out=workdir, limits=limits, on_progress=ignore)
    assert refusal.value.code == "took_too_long"


@pytest.mark.parametrize(
    ("duration_ms", "seconds"),
    [(0, 60), (80_000, 70), (86_400_000, 10_860), (10**12, 10_860), (None, 10_860)],
)
def test_the_time_limit_is_a_minute_and_an_eighth_of_the_length(duration_ms: int | None, seconds: float) -> None:
    assert LIMITS.transcode_seconds(duration_ms=duration_ms) == seconds
    assert SourceLimits(time_scale=2).transcode_seconds(duration_ms=duration_ms) == 2 * seconds


def test_a_full_disk_is_not_blamed_on_the_file(
    encode: Encode, workdir: Path, without_protections: None
) -> None:  # which would not let it open the device that stands for the disk
    for name in ("aac.mp4", "fingerprint"):
        (workdir / name).unlink(missing_ok=True)
        (workdir / name).symlink_to("/dev/full")
        with pytest.raises(AudioRetryable, match="No space left"):
            work(encode("x.wav", seconds=6), out=workdir)
        (workdir / name).unlink()


@pytest.mark.parametrize(
    ("stderr", "code"),
    [
        ("Error initializing: Cannot allocate memory", "needs_too_much_memory"),
        ("Invalid data found when processing input", "damaged"),
        ("", "damaged"),
    ],
)
def test_last_words_about_the_file_refuse_it(stderr: str, code: str) -> None:
    reason = failure(stderr)
    assert isinstance(reason, AudioRefused)
    assert reason.code == code


def test_an_ffmpeg_without_our_encoders_is_not_blamed_on_the_file() -> None:
    assert isinstance(failure("Unknown encoder 'libmp3lame'"), AudioRetryable)


def test_a_decode_without_a_single_sample_is_refused(encode: Encode, workdir: Path) -> None:
    header = workdir / "header.wav"
    header.write_bytes(encode("x.wav", "-bitexact").read_bytes()[:44])
    with pytest.raises(AudioRefused) as refusal:
        transcode(header, facts=FACTS, out=workdir, limits=LIMITS, on_progress=ignore)
    assert refusal.value.code == "damaged"


def test_every_output_is_bounded_in_length_by_ffmpeg_itself() -> None:
    job = Job(source=Path("/x"), facts=FACTS, out=Path("/y"), limits=SourceLimits(max_duration_ms=5000))
    command = arguments(job, measuring(FACTS))
    assert [command[at + 1] for at, word in enumerate(command) if word == "-t"] == ["7.000"] * 3
