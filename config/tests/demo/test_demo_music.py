"""The pieces, listened to with numbers. The quickest stand for all; `make prove` hears every one."""

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from config.demo.music.arrangement import Recording
from config.demo.music.mastering import CEILING
from config.demo.music.performance import perform
from config.demo.music.pieces import ARRANGEMENTS
from config.demo.music.samples import SAMPLE_RATE_HZ, Stereo

QUICK = ("waltz", "kitchen", "windows", "glasshouse")
SCORES = [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in ARRANGEMENTS]


@lru_cache(maxsize=len(ARRANGEMENTS))
def recording(score: str) -> Recording:
    """One rendering a run: the tests only read it."""
    played = perform(ARRANGEMENTS[score])
    played.samples.setflags(write=False)
    return played


def _loudness_db(sound: Stereo) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound.astype(np.float64) ** 2)) + 1e-9))


def _profile_db(sound: Stereo) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Level in the octaves from 40 Hz to 10 kHz."""
    power = np.abs(np.fft.rfft(sound.mean(axis=0))) ** 2
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / SAMPLE_RATE_HZ)
    octaves = [40.0 * 2**octave for octave in range(9)]
    bands = [power[(hertz >= low) & (hertz < high)].sum() / sound.shape[1] for low, high in pairwise(octaves)]
    return 10 * np.log10(np.array(bands) + 1e-9)


def test_the_same_score_gives_the_same_samples() -> None:
    assert np.array_equal(recording("kitchen").samples, perform(ARRANGEMENTS["kitchen"]).samples)


def test_another_seed_gives_another_take_of_the_same_length() -> None:
    first, second = recording("kitchen").samples, perform(replace(ARRANGEMENTS["kitchen"], seed=1)).samples
    assert first.shape == second.shape
    assert not np.allclose(first, second, atol=0.01)


@pytest.mark.parametrize("score", SCORES)
def test_a_piece_is_stereo_and_as_long_as_its_form(score: str) -> None:
    played = recording(score)
    seconds = played.sections[-1][2] + ARRANGEMENTS[score].tail_s
    assert played.samples.shape == (2, round(seconds * SAMPLE_RATE_HZ))


@pytest.mark.parametrize("score", SCORES)
def test_a_piece_reaches_up_but_never_past_the_ceiling(score: str) -> None:
    peak = np.max(np.abs(recording(score).samples))
    assert 0.4 < peak <= CEILING


@pytest.mark.parametrize("score", SCORES)
def test_hardly_a_sample_is_held_at_the_ceiling(score: str) -> None:
    held = np.mean(np.abs(recording(score).samples) >= CEILING * 0.9999)
    assert held < 2e-5


@pytest.mark.parametrize("score", SCORES)
def test_a_piece_is_as_loud_as_its_master_says(score: str) -> None:
    assert abs(_loudness_db(recording(score).samples) - ARRANGEMENTS[score].loudness_db) < 0.7


@pytest.mark.parametrize("score", SCORES)
def test_a_piece_does_not_lean_to_one_side_of_zero(score: str) -> None:
    assert np.max(np.abs(recording(score).samples.mean(axis=1, dtype=np.float64))) < 1e-4


@pytest.mark.parametrize("score", SCORES)
def test_no_second_before_the_end_is_silent(score: str) -> None:
    played = recording(score)
    last = int(played.sections[-1][2])
    seconds = played.samples[:, : last * SAMPLE_RATE_HZ].reshape(2, last, SAMPLE_RATE_HZ)
    assert np.min(np.max(np.abs(seconds), axis=(0, 2))) > 10 ** (-45 / 20)


@pytest.mark.parametrize("score", SCORES)
def test_a_piece_fades_to_nothing(score: str) -> None:
    samples = recording(score).samples
    tail = [_loudness_db(samples[:, -at : -at + 4410]) for at in (3 * 44_100, 44_100, 8_820)]
    assert tail == sorted(tail, reverse=True)
    assert np.max(np.abs(samples[:, -441:])) < 10 ** (-66 / 20)


@pytest.mark.parametrize("score", SCORES)
def test_neighbouring_sections_sound_different(score: str) -> None:
    played = recording(score)
    profiles = [
        _profile_db(played.samples[:, int(start * SAMPLE_RATE_HZ) : int(end * SAMPLE_RATE_HZ)])
        for _, start, end in played.sections
    ]
    assert min(float(np.max(np.abs(one - other))) for one, other in pairwise(profiles)) > 1.0


@pytest.mark.parametrize("score", SCORES)
def test_a_piece_has_dynamics(score: str) -> None:
    played = recording(score)
    levels = [
        _loudness_db(played.samples[:, int(start * SAMPLE_RATE_HZ) : int(end * SAMPLE_RATE_HZ)])
        for _, start, end in played.sections
    ]
    assert max(levels) - min(levels) > 3.0


@pytest.mark.parametrize("score", SCORES)
def test_left_and_right_are_not_the_same(score: str) -> None:
    left, right = recording(score).samples
    assert 0.1 < float(np.corrcoef(left, right)[0, 1]) < 0.97
