"""The preview: the loudest half minute, faded, or the whole of what is shorter."""

from pathlib import Path

import numpy as np
import pytest

from tracks.audio import preview
from tracks.audio.waveform import Waveform
from tracks.tests.audio.conftest import Encode, decoded
from tracks.tests.audio.test_transcode import work_all

POINTS_A_SECOND = 10


def swelling(*, seconds: int, loud: range) -> Waveform:
    """A waveform of that length, loud in those seconds."""
    heights = np.full(seconds * POINTS_A_SECOND, 20, np.int8)
    heights[loud.start * POINTS_A_SECOND : loud.stop * POINTS_A_SECOND] = 100
    pairs = np.stack([-heights, heights], axis=1)
    return Waveform(sample_rate=44_100, samples_per_pixel=4410, data=pairs.tobytes())


@pytest.mark.parametrize(
    ("seconds", "loud", "start"),
    [
        (200, range(90, 120), 90),
        (200, range(30), 20),  # the intro is passed over, and the next best begins at once
        (200, range(170, 200), 160),  # the ending too
        (200, range(0), 20),
        (31, range(20, 31), 1),
        (30, range(0), 0),
        (5, range(5), 0),
    ],
)
def test_it_begins_where_half_a_minute_is_loudest(seconds: int, loud: range, start: float) -> None:
    assert preview.start(swelling(seconds=seconds, loud=loud)) == pytest.approx(start, abs=0.11)


def test_an_empty_waveform_begins_at_its_beginning() -> None:
    assert preview.start(Waveform(sample_rate=8_000, samples_per_pixel=256, data=b"")) == 0.0


def test_points_wider_than_half_a_minute_begin_at_the_beginning() -> None:
    assert preview.start(Waveform(sample_rate=8_000, samples_per_pixel=8_000 * 61, data=bytes(400))) == 0.0


def test_it_lasts_half_a_minute_and_is_faded_at_both_ends(encode: Encode, workdir: Path) -> None:
    source = encode("x.wav", "-af", "asetnsamples=4410,volume=0.5", seconds=50)
    _, (*_, facts) = work_all(source, out=workdir)
    assert facts.kind == "preview"
    assert abs(facts.duration_ms - 30_000) <= 10
    heard = np.abs(decoded(workdir / "preview.mp3").astype(np.float64)).max(axis=1)
    middle = heard[len(heard) // 4 : len(heard) // 2].max()
    assert heard[:441].max() < middle / 10
    assert heard[-4410:].max() < middle / 5
    assert not (workdir / preview.CLIP).exists()


def test_what_is_shorter_is_its_own_preview(encode: Encode, workdir: Path) -> None:
    _, (*_, facts) = work_all(encode("x.wav"), out=workdir)
    assert facts.duration_ms == 2500
