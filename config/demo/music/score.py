"""A language for scores, small enough to read aloud.

`line("e5:1 g5:.5 a5 -:1 c5+e5:2!")` is a melody: pitch, colon, length in beats (kept until changed), `-`
a rest, `+` joins notes struck together, a trailing `!` is an accent and `?` a soft note.
`hits("X..x", step=.25)` is a drum part: `X` hard, `x` plain, `o` soft, `.` nothing.
`harmony("Am7 | Fmaj7 | C G")` is a chord sequence: bars, and chords that share a bar equally.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from config.demo.music import theory

_FORCE = {"X": 1.0, "x": 0.8, "o": 0.5}
_ACCENTS = {"!": 1.0, "?": 0.5}


@dataclass(frozen=True, slots=True)
class Note:
    """Start and length in beats from where its section begins, MIDI pitch, velocity from 0 to 1."""

    start: float
    length: float
    pitch: int
    velocity: float = 0.8


@dataclass(frozen=True, slots=True)
class Span:
    """A chord and the beats it holds."""

    start: float
    length: float
    chord: theory.Chord


Line = tuple[Note, ...]
Harmony = tuple[Span, ...]


def line(text: str, *, velocity: float = 0.8) -> Line:
    """Read a melody; see the module's text for the grammar."""
    notes: list[Note] = []
    beat, length = 0.0, 1.0
    for word in text.split():
        names, _, number = word.rstrip("!?").partition(":")
        length = float(Fraction(number)) if number else length
        force = _ACCENTS.get(word[-1], velocity) if word[-1] in _ACCENTS else velocity
        if names != "-":
            notes.extend(Note(beat, length, theory.pitch(name), force) for name in names.split("+"))
        beat += length
    return tuple(notes)


def hits(pattern: str, *, step: float = 0.25, pitch: str = "c3", times: int = 1) -> Line:
    """Read a drum part, `times` over; blanks and bar lines in the pattern are only for the eye."""
    marks = pattern.replace(" ", "").replace("|", "") * times
    number = theory.pitch(pitch)
    return tuple(Note(place * step, step, number, _FORCE[mark]) for place, mark in enumerate(marks) if mark in _FORCE)


def harmony(text: str, *, beats: float = 4.0) -> Harmony:
    """Read a chord sequence whose bars are `beats` long."""
    spans: list[Span] = []
    for bar, symbols in enumerate(part.split() for part in text.split("|")):
        length = beats / len(symbols)
        spans.extend(
            Span(bar * beats + place * length, length, theory.chord(symbol)) for place, symbol in enumerate(symbols)
        )
    return tuple(spans)


def sustained(chords: Harmony, *, low: str, high: str, voices: int = 4, velocity: float = 0.7) -> Line:
    """Each chord held for its whole length, voice-led between `low` and `high`."""
    voicings = _voicings(chords, low=low, high=high, voices=voices)
    return tuple(
        Note(span.start, span.length, number, velocity)
        for span, numbers in zip(chords, voicings, strict=True)
        for number in numbers
    )


def strummed(
    chords: Harmony,
    pattern: str,
    *,
    low: str,
    high: str,
    voices: int = 4,
    step: float = 0.25,
    hold: float = 0.9,
) -> Line:
    """The voice-led chords struck in a rhythm that starts anew with each chord."""
    voicings = _voicings(chords, low=low, high=high, voices=voices)
    return tuple(
        Note(span.start + place * step, step * hold, number, _FORCE[mark])
        for span, numbers in zip(chords, voicings, strict=True)
        for place, mark in enumerate(_fitted(pattern, span, step))
        if mark in _FORCE
        for number in numbers
    )


def arpeggio(
    chords: Harmony,
    order: str,
    *,
    low: str,
    high: str,
    voices: int = 4,
    step: float = 0.25,
    hold: float = 1.0,
) -> Line:
    """The voice-led chords broken up: digits in `order` name the voice, lowest 0; `.` rests; it repeats."""
    voicings = _voicings(chords, low=low, high=high, voices=voices)
    return tuple(
        Note(span.start + place * step, step * hold, numbers[int(mark)], 0.85 if place % 4 == 0 else 0.65)
        for span, numbers in zip(chords, voicings, strict=True)
        for place, mark in enumerate(_fitted(order, span, step))
        if mark != "."
    )


def bass_line(chords: Harmony, pattern: str, *, around: str, step: float = 0.5, hold: float = 0.9) -> Line:
    """A bass under the chords: `1` the bass note, `3`, `5` and `8` what lies above it, `.` holds."""
    centre = theory.pitch(around)
    return tuple(
        Note(
            span.start + place * step,
            step * hold * _hold_steps(marks, place),
            _bass_pitch(span.chord, mark, centre),
            0.85,
        )
        for span in chords
        for marks in [_fitted(pattern, span, step)]
        for place, mark in enumerate(marks)
        if mark != "."
    )


def moved(notes: Line, *, beats: float = 0.0, semitones: int = 0) -> Line:
    """The same line later by `beats` and higher by `semitones`."""
    return tuple(replace(note, start=note.start + beats, pitch=note.pitch + semitones) for note in notes)


def louder(notes: Line, factor: float) -> Line:
    """The same line with its velocities scaled, never above 1."""
    return tuple(replace(note, velocity=min(1.0, note.velocity * factor)) for note in notes)


def swelling(notes: Line, *, start: float, end: float) -> Line:
    """The same line, its velocities scaled by a factor that goes from `start` to `end` over its length."""
    last = max((note.start for note in notes), default=0.0) or 1.0
    return tuple(
        replace(note, velocity=min(1.0, note.velocity * (start + (end - start) * note.start / last))) for note in notes
    )


def repeated(notes: Line, times: int, *, every: float) -> Line:
    """The line `times` over, `every` beats apart."""
    return tuple(note for turn in range(times) for note in moved(notes, beats=turn * every))


def joined(*lines: Line) -> Line:
    """Several lines sounding together."""
    return tuple(note for notes in lines for note in notes)


def _voicings(chords: Harmony, *, low: str, high: str, voices: int) -> tuple[tuple[int, ...], ...]:
    return theory.voiced(
        tuple(span.chord for span in chords), low=theory.pitch(low), high=theory.pitch(high), voices=voices
    )


def _fitted(pattern: str, span: Span, step: float) -> str:
    marks = pattern.replace(" ", "").replace("|", "")
    count = round(span.length / step)
    return (marks * (count // len(marks) + 1))[:count]


def _hold_steps(marks: str, place: int) -> int:
    rest = marks[place + 1 :]
    return 1 + len(rest) - len(rest.lstrip("."))


def _bass_pitch(harmonies: theory.Chord, mark: str, centre: int) -> int:
    base = theory.nearest(harmonies.bass, to=centre)
    third = harmonies.intervals[1] if len(harmonies.intervals) > 2 else 4
    return {"1": base, "3": base + third, "5": base + 7, "8": base + 12}[mark]
