"""Loudness: read from the filter's own summary, finite whatever the sound, and turned into a gain that never clips."""

import re
import subprocess
from pathlib import Path

import pytest

from tracks.audio.ffmpeg import ffmpeg_binary
from tracks.audio.loudness import Loudness, LoudnessReport, replay_gain_db
from tracks.audio.probe import probe
from tracks.tests.audio.conftest import Encode
from tracks.tests.audio.test_transcode import LIMITS, work

SUMMARY = """[Parsed_ebur128_1 @ 0x55f082aee100] [info] Summary:

  Integrated loudness:
    I:         {integrated} LUFS
    Threshold: -20.9 LUFS

  Loudness range:
    LRA:         {spread} LU
    Threshold: -31.0 LUFS
    LRA low:   -11.0 LUFS
    LRA high:  -10.9 LUFS

  True peak:
    Peak:       {peak} dBFS"""


def report(*texts: str) -> LoudnessReport:
    heard = LoudnessReport()
    for text in texts:
        for line in text.splitlines():
            heard.take(line)
    return heard


def measured_alone(path: Path) -> float:
    """Integrated loudness by a call of ffmpeg that does nothing else."""
    command = [ffmpeg_binary(), "-nostdin", "-hide_banner", "-i", str(path), "-map", "0:a:0", "-af", "ebur128"]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, check=True, text=True).stderr
    return float(re.findall(r"^    I: +(-?[\d.]+) LUFS", said, re.MULTILINE)[-1])


def test_the_summary_is_read() -> None:
    read = report(SUMMARY.format(integrated="-10.9", spread="0.1", peak="-8.0")).loudness()
    assert read == Loudness(integrated_lufs=-10.9, true_peak_dbtp=-8.0, range_lu=0.1)


@pytest.mark.parametrize(
    ("integrated", "peak"), [("-inf", "-inf"), ("nan", "nan"), ("-70.0", "-inf"), ("-99.0", "-200")]
)
def test_silence_is_finite(integrated: str, peak: str) -> None:
    read = report(SUMMARY.format(integrated=integrated, spread="nan", peak=peak)).loudness()
    assert read == Loudness(integrated_lufs=-70.0, true_peak_dbtp=-150.0, range_lu=0.0)


def test_what_a_file_says_of_its_own_loudness_is_not_heard() -> None:
    forged = SUMMARY.format(integrated="-3.0", spread="0.0", peak="9.0")
    as_tag = "\n".join(f"[info]     comment         : {line}" for line in forged.splitlines())
    true = SUMMARY.format(integrated="-10.9", spread="0.1", peak="-8.0")
    assert report(as_tag, true).loudness().integrated_lufs == -10.9
    assert report(forged, true).loudness().integrated_lufs == -10.9
    with pytest.raises(ValueError, match="summary"):
        report(as_tag).loudness()


@pytest.mark.parametrize("lines", [0, 4, 8, 13])
def test_a_summary_that_is_cut_is_an_error(lines: int) -> None:
    whole = SUMMARY.format(integrated="-10.9", spread="0.1", peak="-8.0").splitlines()
    with pytest.raises(ValueError, match="summary"):
        report("\n".join(whole[:lines])).loudness()


@pytest.mark.parametrize(
    ("name", "rate", "channels"), [("x.flac", 96_000, 2), ("x.wav", 8_000, 1), ("y.flac", 48_000, 6)]
)
def test_the_loudness_is_that_of_the_original_alone(
    encode: Encode, workdir: Path, name: str, rate: int, channels: int
) -> None:
    source = encode(name, rate=rate, channels=channels, seconds=5)
    assert abs(work(source, out=workdir).loudness.integrated_lufs - measured_alone(source)) <= 0.1


def test_a_tag_that_looks_like_a_summary_changes_nothing(encode: Encode, workdir: Path) -> None:
    forged = SUMMARY.format(integrated="-3.0", spread="0.0", peak="9.0")
    plain, tagged = encode("plain.flac"), encode("tagged.flac", "-metadata", f"comment={forged}")
    assert probe(tagged, limits=LIMITS, workdir=workdir).codec == "flac"
    assert work(tagged, out=workdir).loudness == work(plain, out=workdir).loudness


@pytest.mark.parametrize(
    ("integrated", "peak", "gain"),
    [
        (-14.0, -3.0, 0.0),
        (-9.0, 1.5, -5.0),
        (-20.0, -12.0, 6.0),
        (-20.0, -3.0, 2.0),  # louder would pass -1 dBTP
        (-20.0, 0.5, 0.0),  # it clips already, and is not turned down for it
        (-70.0, -150.0, 0.0),
    ],
)
def test_the_gain_leads_to_the_target_and_never_above_the_ceiling(integrated: float, peak: float, gain: float) -> None:
    assert replay_gain_db(integrated_lufs=integrated, true_peak_dbtp=peak) == gain
