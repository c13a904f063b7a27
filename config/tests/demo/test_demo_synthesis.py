"""The instruments and effects, measured one at a time."""

import numpy as np
import pytest

from config.demo.music import drums, effects, filters, keyboards, mastering, oscillators, plucked, score, synths
from config.demo.music.arrangement import Arrangement, Channel, Instrument, Section
from config.demo.music.performance import perform
from config.demo.music.samples import SAMPLE_RATE_HZ, Mono, Stereo, Tone, noise, pan_gains, time_axis

TUNED: dict[str, Instrument] = {
    "guitar": plucked.GUITAR,
    "mandolin": plucked.MANDOLIN,
    "felt piano": plucked.FELT_PIANO,
    "electric piano": keyboards.electric_piano,
    "bell": keyboards.bell,
    "marimba": keyboards.marimba,
    "organ": keyboards.organ,
    "melodica": keyboards.melodica,
    "pad": synths.Pad(),
    "lead": synths.Voice(detune_cents=0.0),
    "horn": synths.Brass(),
    "flute": synths.flute,
}
STRUCK: dict[str, Instrument] = {
    "kick": drums.Kick(),
    "snare": drums.Snare(),
    "hat": drums.Metal(),
    "clap": drums.clap,
    "rim": drums.rim,
    "shaker": drums.shaker,
    "tom": drums.tom,
}


def _tone(frequency_hz: float = 440.0, seconds: float = 1.5) -> Tone:
    return Tone(frequency_hz, seconds, velocity=0.8, rng=np.random.default_rng(5))


def _stereo_noise(seconds: float) -> Stereo:
    rng = np.random.default_rng(3)
    return np.stack([noise(rng, seconds), noise(rng, seconds)])


def _level_near(sound: Mono, frequency_hz: float) -> float:
    """Strength of the best match within ±15 cents of the pitch."""
    time = np.arange(sound.size) / SAMPLE_RATE_HZ
    window = np.hanning(sound.size)
    cents = np.arange(-15, 16, 3)
    turns = [np.exp(-2j * np.pi * frequency_hz * 2 ** (shift / 1200) * time) for shift in cents]
    return float(max(abs(np.sum(sound * window * turn)) for turn in turns))


@pytest.mark.parametrize("instrument", TUNED.values(), ids=TUNED.keys())
@pytest.mark.parametrize("frequency_hz", [261.63, 698.46])
def test_an_instrument_is_in_tune(instrument: Instrument, frequency_hz: float) -> None:
    sound = instrument(_tone(frequency_hz))
    off_key = max(_level_near(sound, frequency_hz * 2 ** (shift / 12)) for shift in (-1.0, -0.6, 0.6, 1.0))
    assert _level_near(sound, frequency_hz) > 3 * off_key


@pytest.mark.parametrize("instrument", [*TUNED.values(), *STRUCK.values()], ids=[*TUNED, *STRUCK])
def test_a_note_begins_and_ends_without_a_click(instrument: Instrument) -> None:
    sound = instrument(_tone())
    peak = np.max(np.abs(sound))
    assert max(abs(sound[0]), abs(sound[-1])) < 0.02 * peak


@pytest.mark.parametrize("instrument", [*TUNED.values(), *STRUCK.values()], ids=[*TUNED, *STRUCK])
def test_a_note_is_finite_audible_and_within_full_scale(instrument: Instrument) -> None:
    sound = instrument(_tone())
    assert sound.dtype == np.float32
    assert 0.05 < np.max(np.abs(sound)) < 2.0


def test_a_saw_holds_no_alias_between_its_harmonics() -> None:
    table = oscillators.cycle(oscillators.saw(oscillators.harmonic_numbers(3000.0)))
    sound = oscillators.read(table, oscillators.steady_phase(3000.0, 1.0))
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    hertz = np.fft.rfftfreq(sound.size, 1 / SAMPLE_RATE_HZ)
    between = np.abs(hertz / 3000.0 - np.round(hertz / 3000.0)) > 0.05
    assert spectrum[between].max() < spectrum.max() * 10 ** (-70 / 20)


@pytest.mark.parametrize(
    ("response", "passed_hz", "stopped_hz"),
    [(filters.lowpass(1000), 100.0, 8000.0), (filters.highpass(1000), 8000.0, 100.0)],
)
def test_a_filter_passes_one_side_and_stops_the_other(
    response: filters.Response, passed_hz: float, stopped_hz: float
) -> None:
    time = time_axis(1.0)
    kept, lost = (
        float(np.std(filters.applied(np.sin(2 * np.pi * hertz * time), response))) for hertz in (passed_hz, stopped_hz)
    )
    assert kept > 0.7
    assert lost < 0.02


def test_a_swept_filter_is_open_where_it_should_be_and_shut_where_it_should_be() -> None:
    swept = filters.swept_lowpass(_stereo_noise(2.0), (200.0, 18_000.0))
    early, late = swept[:, : SAMPLE_RATE_HZ // 4], swept[:, -SAMPLE_RATE_HZ // 4 :]
    assert np.std(late) > 5 * np.std(early)


def test_a_swept_filter_that_is_wide_open_changes_nothing() -> None:
    sound = filters.applied(_stereo_noise(1.0), filters.lowpass(500))
    assert np.allclose(filters.swept_lowpass(sound, (1e6, 1e6)), sound, atol=1e-3)


def test_an_echo_comes_when_it_is_due_and_on_the_other_side() -> None:
    sound = np.zeros((2, 2 * SAMPLE_RATE_HZ), dtype=np.float32)
    sound[0, 1000:1100] = np.sin(np.arange(100))
    echo = effects.Echo(beats=1.0, repeats=1, damping_hz=20_000).applied(sound, beat_s=0.5)
    centre = int(np.average(np.arange(echo.shape[1]), weights=echo[1] ** 2))
    assert abs(centre - 1050 - SAMPLE_RATE_HZ // 2) < 30
    assert np.allclose(echo[0], 0.0, atol=1e-4)


def test_a_room_falls_by_60_decibels_in_its_decay_time() -> None:
    impulse = effects.Room(decay_s=1.5, predelay_s=0.0).impulse(np.random.default_rng(1))
    slice_s = SAMPLE_RATE_HZ // 20
    first, last = (float(np.std(impulse[:, at : at + slice_s])) for at in (0, int(1.5 * SAMPLE_RATE_HZ) - slice_s))
    assert -75 < 20 * np.log10(last / first) < -54


@pytest.mark.parametrize("loudness", [0.1, 1.0, 30.0])
def test_nothing_passes_the_limiter(loudness: float) -> None:
    limited = mastering.limited(_stereo_noise(1.0) * np.float32(loudness))
    assert np.max(np.abs(limited)) <= mastering.CEILING


def test_the_limiter_turns_down_ahead_of_a_peak_instead_of_cutting_it_off() -> None:
    sound = np.sin(2 * np.pi * 200 * np.stack([time_axis(1.0)] * 2)) * np.float32(3.0)
    limited = mastering.limited(sound.astype(np.float32))
    at_the_ceiling = np.mean(np.abs(limited) > 0.999 * mastering.CEILING)
    assert at_the_ceiling < 0.06  # a sine spends 3 % of its time within 0.1 % of its crest; a clipped one most of it


def test_the_limiter_leaves_quiet_music_alone() -> None:
    quiet = _stereo_noise(0.5) * np.float32(0.05)
    assert np.array_equal(mastering.limited(quiet), quiet)


def test_a_fade_brings_the_loudest_ending_down_to_silence() -> None:
    faded = mastering.faded(np.ones((2, SAMPLE_RATE_HZ), dtype=np.float32), fade_s=0.5)
    assert faded[0, SAMPLE_RATE_HZ // 4] == 1.0
    assert faded[0, -1] == pytest.approx(0.0, abs=1e-6)
    assert np.all(np.diff(faded[0, SAMPLE_RATE_HZ // 2 :]) <= 0)


@pytest.mark.parametrize("seconds", [0.2, 1.0])
def test_a_master_ends_in_silence_however_loud_its_mix_ends(seconds: float) -> None:
    master = mastering.mastered(_stereo_noise(seconds), loudness_db=-12.0, fade_s=0.3)
    assert np.max(np.abs(master[:, -40:])) < 1e-4


@pytest.mark.parametrize(("position", "balance"), [(-1.0, 1.0), (0.0, 0.5), (1.0, 0.0)])
def test_panning_moves_a_sound_without_making_it_louder(position: float, balance: float) -> None:
    left, right = pan_gains(position)
    assert left**2 + right**2 == pytest.approx(1.0, abs=1e-5)
    assert left**2 == pytest.approx(balance, abs=1e-5)


def test_a_channel_sounds_on_the_side_that_it_was_panned_to() -> None:
    arrangement = Arrangement(
        seed=1,
        tempo_bpm=120,
        room=effects.Room(decay_s=0.5),
        tail_s=0.5,
        fade_s=0.1,
        channels={"bell": Channel(keyboards.bell, pan=-0.8, reverb=0.0)},
        sections=(Section("all", 1, {"bell": score.line("c5:4")}),),
    )
    left, right = perform(arrangement).samples
    assert np.std(left) > 3 * np.std(right)


def test_dither_is_the_same_for_the_same_seed_only() -> None:
    quiet = _stereo_noise(0.1) * np.float32(0.01)
    assert mastering.as_pcm16(quiet, seed=1) == mastering.as_pcm16(quiet, seed=1)
    assert mastering.as_pcm16(quiet, seed=1) != mastering.as_pcm16(quiet, seed=2)
