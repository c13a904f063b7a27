"""The score language and the harmony behind it."""

from itertools import pairwise

import pytest

from config.demo.music import score, theory
from config.demo.music.arrangement import Arrangement
from config.demo.music.pieces import ARRANGEMENTS


@pytest.mark.parametrize(("name", "number"), [("c4", 60), ("a4", 69), ("f#3", 54), ("bb2", 46), ("cb4", 59)])
def test_a_pitch_name_is_its_midi_number(name: str, number: int) -> None:
    assert theory.pitch(name) == number


def test_a_melody_keeps_a_length_until_another_is_given() -> None:
    notes = score.line("e5:1/2 g5 -:1 c5+e5:2!")
    assert [(note.start, note.length, note.pitch) for note in notes] == [
        (0.0, 0.5, 76),
        (0.5, 0.5, 79),
        (2.0, 2.0, 72),
        (2.0, 2.0, 76),
    ]


def test_an_accent_is_louder_than_a_plain_note_and_a_soft_note_is_softer() -> None:
    soft, plain, accent = (note.velocity for note in score.line("c4? c4 c4!"))
    assert soft < plain < accent


def test_a_drum_pattern_counts_its_rests() -> None:
    assert [note.start for note in score.hits("X.. x", step=0.25)] == [0.0, 0.75]


def test_chords_that_share_a_bar_share_its_beats() -> None:
    assert [(span.start, span.length) for span in score.harmony("Am | F G")] == [(0, 4), (4, 2), (6, 2)]


@pytest.mark.parametrize(
    ("symbol", "root", "bass", "classes"),
    [
        ("Am7", 9, 9, {9, 0, 4, 7}),
        ("Bbmaj7/D", 10, 2, {10, 2, 5, 9}),
        ("F#m9", 6, 6, {6, 9, 1, 4, 8}),
    ],
)
def test_a_chord_symbol_is_read_as_musicians_read_it(symbol: str, root: int, bass: int, classes: set[int]) -> None:
    chord = theory.chord(symbol)
    assert (chord.root, chord.bass, set(chord.classes)) == (root, bass, classes)


def test_voices_move_by_small_steps_between_chords() -> None:
    chords = tuple(theory.chord(symbol) for symbol in ("Dm9", "G13", "Cmaj9", "A7", "Dm9"))
    voicings = theory.voiced(chords, low=57, high=76)
    leaps = [abs(new - old) for one, other in pairwise(voicings) for old, new in zip(one, other, strict=True)]
    assert max(leaps) <= 4


def test_voices_avoid_moving_together_in_fifths() -> None:
    first, second = theory.voiced((theory.chord("C"), theory.chord("D")), low=55, high=74, voices=3)
    fifths = [
        (lower, upper)
        for lower in range(3)
        for upper in range(lower + 1, 3)
        if (first[upper] - first[lower]) % 12 == (second[upper] - second[lower]) % 12 == 7
    ]
    assert fifths == []


def test_a_range_without_room_for_the_chord_is_refused() -> None:
    with pytest.raises(theory.NoVoicingError):
        score.sustained(score.harmony("C"), low="c4", high="d4", voices=3)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS.values(), ids=ARRANGEMENTS.keys())
def test_every_written_part_has_a_channel_that_plays_it(arrangement: Arrangement) -> None:
    written = {name for section in arrangement.sections for name in section.parts}
    assert written == set(arrangement.channels)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS.values(), ids=ARRANGEMENTS.keys())
def test_no_note_begins_outside_its_section(arrangement: Arrangement) -> None:
    for section in arrangement.sections:
        beats = section.bars * arrangement.beats_per_bar
        starts = [note.start for part in section.parts.values() for note in part]
        assert 0 <= min(starts) <= max(starts) < beats, section.name


@pytest.mark.parametrize("arrangement", ARRANGEMENTS.values(), ids=ARRANGEMENTS.keys())
def test_a_piece_lasts_between_45_and_100_seconds(arrangement: Arrangement) -> None:
    bars = sum(section.bars for section in arrangement.sections)
    assert 45 <= bars * arrangement.beats_per_bar * arrangement.beat_s + arrangement.tail_s <= 100
