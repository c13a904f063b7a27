"""Peaks are those of the sound, whatever its length and however its bytes arrive."""

import io
import re
import struct
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tracks.audio.picture import bar_levels, waveform_png, waveform_svg
from tracks.audio.waveform import FIRST_ZOOM, MAX_POINTS, PeakAccumulator, Waveform
from tracks.tests.audio.conftest import tone


def accumulate(sound: NDArray[np.int16], *, chunk: int = 1 << 18, rate: int = 44_100) -> Waveform:
    peaks = PeakAccumulator(sample_rate=rate, channels=sound.shape[1])
    data = sound.astype("<i2").tobytes()
    for start in range(0, len(data), chunk):
        peaks.feed(data[start : start + chunk])
    return peaks.finish()


def expected(sound: NDArray[np.int16], *, zoom: int) -> NDArray[np.float64]:
    """Minimum and maximum of the channels' mean, -1..1, by the definition and nothing else."""
    mono = sound.astype(np.float64).mean(axis=1) / 32768
    bins = [mono[start : start + zoom] for start in range(0, len(mono), zoom)]
    return np.array([(one.min(), one.max()) for one in bins])


def noise(*, samples: int, channels: int = 1) -> NDArray[np.int16]:
    return np.random.default_rng(7).integers(-32768, 32768, (samples, channels), dtype=np.int16)


@pytest.mark.parametrize("channels", [1, 2, 6, 8])
@pytest.mark.parametrize("samples", [1, 255, 256, 257, 100_003])
def test_peaks_are_within_one_percent_of_full_scale(channels: int, samples: int) -> None:
    sound = noise(samples=samples, channels=channels)
    waveform = accumulate(sound)
    truth = expected(sound, zoom=FIRST_ZOOM)
    assert waveform.length == len(truth)
    assert np.abs(waveform.pairs() / 128 - truth).max() <= 0.01


@pytest.mark.parametrize("chunk", [1, 7, 512, 1000, 1 << 20])
def test_it_does_not_matter_how_the_bytes_are_cut(chunk: int) -> None:
    sound = noise(samples=3001, channels=2)
    assert accumulate(sound, chunk=chunk) == accumulate(sound)


@pytest.mark.parametrize("points", [MAX_POINTS, MAX_POINTS + 1, MAX_POINTS * 2, MAX_POINTS * 2 + 3, MAX_POINTS * 5])
def test_long_sound_is_joined_and_stays_bounded_and_true(points: int) -> None:
    sound = noise(samples=points * FIRST_ZOOM + 17)
    waveform = accumulate(sound)
    assert MAX_POINTS / 2 <= waveform.length <= MAX_POINTS
    truth = expected(sound, zoom=waveform.samples_per_pixel)
    assert waveform.length == len(truth)
    assert np.abs(waveform.pairs() / 128 - truth).max() <= 0.01


def test_three_hours_of_sound_keep_a_small_state() -> None:
    peaks = PeakAccumulator(sample_rate=8_000, channels=1)
    minute = noise(samples=8_000 * 60).astype("<i2").tobytes()
    for _ in range(3 * 60):
        peaks.feed(minute)
    assert peaks.duration_ms == 3 * 60 * 60 * 1000
    assert sum(getattr(value, "nbytes", 0) for value in vars(peaks).values()) < 100_000


def test_values_are_rounded_to_the_nearest_step() -> None:
    sound = np.array([[-200], [200]] * 128, dtype=np.int16)
    assert accumulate(sound).pairs().tolist() == [[-1, 1]]


def test_full_scale_is_reached_and_not_passed() -> None:
    sound = np.array([[-32768], [32767]] * 128, dtype=np.int16)
    assert accumulate(sound).pairs().tolist() == [[-128, 127]]


def test_channels_out_of_phase_cancel_as_in_a_mono_speaker() -> None:
    one = tone(channels=1)
    assert not accumulate(np.hstack([one, -one])).pairs().any()


def test_no_sound_makes_no_points() -> None:
    waveform = accumulate(np.empty((0, 2), np.int16))
    assert waveform.length == 0
    assert waveform.resampled(points=10) is waveform


def test_the_json_form_has_the_fields_of_version_2() -> None:
    waveform = Waveform(sample_rate=44_100, samples_per_pixel=256, data=struct.pack("4b", -5, 6, -128, 127))
    assert waveform.to_json_dict() == {
        "version": 2,
        "channels": 1,
        "sample_rate": 44_100,
        "samples_per_pixel": 256,
        "bits": 8,
        "length": 2,
        "data": [-5, 6, -128, 127],
    }


def test_the_binary_form_is_a_header_of_24_bytes_and_the_points() -> None:
    waveform = accumulate(tone())
    dat = waveform.to_dat()
    assert struct.unpack("<iIiiIi", dat[:24]) == (2, 1, 44_100, 256, waveform.length, 1)
    assert Waveform.from_dat(dat) == waveform


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ((1, 1, 44_100, 256, 1, 1), b"\0\0"),  # version 1
        ((2, 0, 44_100, 256, 1, 1), b"\0\0"),  # 16 bits
        ((2, 1, 44_100, 256, 1, 2), b"\0\0"),  # two channels
        ((2, 1, 0, 256, 1, 1), b"\0\0"),
        ((2, 1, 44_100, 0, 1, 1), b"\0\0"),
        ((2, 1, 44_100, 256, 2, 1), b"\0\0"),  # too few points
        ((2, 1, 44_100, 256, 1, 1), b"\0\0\0"),
    ],
)
def test_another_binary_form_is_not_read(header: tuple[int, ...], data: bytes) -> None:
    with pytest.raises(ValueError, match=r"only version 2|promises"):
        Waveform.from_dat(struct.pack("<iIiiIi", *header) + data)


def test_a_binary_form_without_a_header_is_not_read() -> None:
    with pytest.raises(ValueError, match="24 bytes"):
        Waveform.from_dat(b"\x02")


@pytest.mark.parametrize("points", [1, 3, 100, 390, 391, 10_000])
def test_resampling_joins_whole_points_and_never_invents_any(points: int) -> None:
    sound = noise(samples=391 * FIRST_ZOOM - 11)
    resampled = accumulate(sound).resampled(points=points)
    assert resampled.length <= points
    assert resampled.length > min(points, 391) / 2
    truth = expected(sound, zoom=resampled.samples_per_pixel)
    assert resampled.length == len(truth)
    assert np.abs(resampled.pairs() / 128 - truth).max() <= 0.01


def test_a_waveform_has_at_least_one_point() -> None:
    with pytest.raises(ValueError, match="at least one"):
        accumulate(tone()).resampled(points=0)


def picture(waveform: Waveform, *, width: int = 90, height: int = 40, background: str | None = None) -> Image.Image:
    png = waveform_png(waveform, width=width, height=height, color="#ff5500", background=background)
    return Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGBA")


def test_a_picture_shows_crisp_mirrored_bars_that_follow_the_sound() -> None:
    pixels = np.asarray(picture(accumulate(tone(channels=1))))
    assert pixels.shape == (40, 90, 4)
    assert {tuple(pixel) for pixel in pixels.reshape(-1, 4)} == {(0, 0, 0, 0), (255, 85, 0, 255)}
    assert (pixels == pixels[::-1]).all()
    heights = (pixels[:, :, 3] > 0).sum(axis=0)
    assert not heights[2::3].any()  # the gaps
    assert heights[0] < 8
    assert heights[87] > 30  # it swells


def test_a_drawing_has_the_same_bars_as_the_picture() -> None:
    waveform = accumulate(tone(channels=1))
    svg = waveform_svg(waveform, width=90, height=40, color="#ff5500")
    drawing = ElementTree.fromstring(svg)  # noqa: S314 -- made by the line above
    assert drawing.attrib["viewBox"] == "0 0 90 40"
    path = drawing[0].attrib
    heights = [int(tall) for tall in re.findall(r"v(\d+)", path["d"])]
    pixels = np.asarray(picture(waveform))[:, :, 3] > 0
    assert (path["fill"], heights) == ("#ff5500", pixels.sum(axis=0)[::3].tolist())


def test_a_picture_may_have_a_background() -> None:
    assert picture(accumulate(tone()), background="#000").getpixel((2, 0)) == (0, 0, 0, 255)


def test_silence_and_nothing_at_all_are_a_line() -> None:
    for sound in (np.zeros((5000, 1), np.int16), np.empty((0, 1), np.int16)):
        heights = (np.asarray(picture(accumulate(sound)))[:, :, 3] > 0).sum(axis=0)
        assert heights.max() == 2


def test_one_point_fills_the_whole_picture() -> None:
    assert bar_levels(Waveform(sample_rate=1, samples_per_pixel=1, data=b"\x80\x00"), bars=3) == [
        1.0,
        1.0,
        1.0,
    ]


@pytest.mark.parametrize(("width", "height"), [(0, 40), (5000, 40), (90, 1), (90, 2000)])
def test_a_picture_outside_the_possible_sizes_is_not_drawn(width: int, height: int) -> None:
    with pytest.raises(ValueError, match="pixels"):
        picture(accumulate(tone()), width=width, height=height)


def test_an_unknown_colour_is_an_error() -> None:
    with pytest.raises(ValueError, match="color"):
        waveform_png(accumulate(tone()), width=9, height=9, color="no such", background=None)
