"""Pitches, chords and voice leading. Pitches are MIDI numbers: 60 is middle C, 69 is the A at 440 Hz."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, combinations_with_replacement, pairwise, product

_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_BENDS = {"#": 1, "b": -1}
_QUALITIES = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7b5": (0, 3, 6, 10),
    "dim": (0, 3, 6),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "m11": (0, 3, 7, 10, 17),
    "13": (0, 4, 7, 10, 21),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "maj7#11": (0, 4, 7, 11, 18),
}
_WIDEST_VOICING = 19

Cost = Callable[[tuple[int, ...]], tuple[float, int]]


class NoVoicingError(ValueError):
    """The range is too narrow for the chord in that many parts."""


@dataclass(frozen=True, slots=True)
class Chord:
    """A root and a bass (pitch classes) and the semitones above the root."""

    root: int
    bass: int
    intervals: tuple[int, ...]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes, root first."""
        return tuple((self.root + step) % 12 for step in self.intervals)


def pitch(name: str) -> int:
    """`"c4"` is 60, `"f#3"` 54, `"bb2"` 46."""
    letters = name.rstrip("0123456789")
    octave = int(name[len(letters) :])
    return pitch_class(letters) + 12 * (octave + 1)


def pitch_class(letters: str) -> int:
    """Semitones above C; may leave the octave at its ends (`cb` is -1)."""
    return _STEPS[letters[0].lower()] + sum(_BENDS[bend] for bend in letters[1:])


def frequency_hz(number: float) -> float:
    """Equal temperament at A = 440 Hz."""
    return float(440.0 * 2.0 ** ((number - 69.0) / 12.0))


def chord(symbol: str) -> Chord:
    """`"Am7"`, `"F#m9"`, `"Bbmaj7/D"`: the usual chord symbols."""
    upper, _, bass = symbol.partition("/")
    size = 2 if len(upper) > 1 and upper[1] in _BENDS else 1
    root = pitch_class(upper[:size]) % 12
    return Chord(root=root, bass=pitch_class(bass) % 12 if bass else root, intervals=_QUALITIES[upper[size:]])


def nearest(pitch_class_number: int, *, to: float) -> int:
    """The pitch of that class that lies nearest to `to`."""
    return round((to - pitch_class_number) / 12) * 12 + pitch_class_number


def voiced(chords: tuple[Chord, ...], *, low: int, high: int, voices: int = 4) -> tuple[tuple[int, ...], ...]:
    """One voicing a chord, each reached from the one before by the least motion and few parallel fifths.

    Raises NoVoicingError when the range from `low` to `high` holds none.
    """

    def follow(path: tuple[tuple[int, ...], ...], following: Chord) -> tuple[tuple[int, ...], ...]:
        choices = _voicings(following, low=low, high=high, voices=voices)
        cost = _distance_from(path[-1]) if path else _distance_from_middle(low, high)
        return (*path, min(choices, key=cost))

    return reduce(follow, chords, ())


def _voicings(harmony: Chord, *, low: int, high: int, voices: int) -> list[tuple[int, ...]]:
    found = {
        tuple(sorted(numbers))
        for classes in _distributions(harmony.classes, voices)
        for numbers in product(*(_pitches_of(one, low=low, high=high) for one in classes))
    }
    open_ones = [numbers for numbers in sorted(found) if _is_open(numbers)]
    if not open_ones:
        raise NoVoicingError(f"{harmony} has no {voices}-part voicing between {low} and {high}")
    return open_ones


def _pitches_of(pitch_class_number: int, *, low: int, high: int) -> range:
    return range(low + (pitch_class_number - low) % 12, high + 1, 12)


def _distributions(classes: tuple[int, ...], voices: int) -> list[tuple[int, ...]]:
    """Too many notes: the fifth goes first, then the root (the bass has it). Too few: any may be doubled."""
    if len(classes) <= voices:
        return [(*classes, *doubled) for doubled in combinations_with_replacement(classes, voices - len(classes))]
    without_fifth = classes[:2] + classes[3:]
    return [without_fifth[-voices:]]


def _is_open(numbers: tuple[int, ...]) -> bool:
    gaps = [upper - lower for lower, upper in pairwise(numbers)]
    return min(gaps, default=1) > 0 and numbers[-1] - numbers[0] <= _WIDEST_VOICING and gaps.count(1) <= 1


def _distance_from(before: tuple[int, ...]) -> Cost:
    def cost(after: tuple[int, ...]) -> tuple[float, int]:
        motion = sum(abs(new - old) for old, new in zip(before, after, strict=True))
        return motion + 4 * _parallels(before, after), -after[-1]

    return cost


def _distance_from_middle(low: int, high: int) -> Cost:
    middle = (low + high) / 2
    return lambda numbers: (sum(abs(number - middle) for number in numbers), -numbers[-1])


def _parallels(before: tuple[int, ...], after: tuple[int, ...]) -> int:
    """How many pairs of voices move together in fifths or octaves."""
    return sum(
        (before[upper] - before[lower]) % 12 == (after[upper] - after[lower]) % 12
        and (before[upper] - before[lower]) % 12 in (0, 7)
        and before[upper] != after[upper]
        for lower, upper in combinations(range(len(before)), 2)
    )
