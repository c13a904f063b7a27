"""Two marimbas repeat one twelve-note cell, the second turned further against the first each time."""

from config.demo.music import keyboards, plucked, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room
from config.demo.music.score import Harmony, Line, arpeggio, bass_line, harmony, louder, sustained, swelling

CELL = "031402413240"

STILL = harmony("Em9 | Em9 | Em9 | Em9 | Em9 | Em9", beats=3)
FIRST = harmony("Em9 | Em9 | Cmaj9 | Cmaj9 | Gadd9 | Gadd9 | Am11 | Am11", beats=3)
SECOND = harmony("Fmaj9 | Fmaj9 | Dm9 | Dm9 | Bbmaj9 | Bbmaj9 | Cmaj9 | D9", beats=3)
LAST = harmony("Em9 | Cmaj9 | Gadd9 | D9 | Em9 | Cmaj9 | Am11 | Bm11", beats=3)
CLOSE = harmony("Em9 | Em9 | Em9 | Em9", beats=3)


def _turned(steps: int) -> str:
    return CELL[steps:] + CELL[:steps]


def _left(chords: Harmony) -> Line:
    return arpeggio(chords, CELL, low="d4", high="a5", voices=5, step=0.25)


def _right(chords: Harmony, steps: int) -> Line:
    return arpeggio(chords, _turned(steps), low="d4", high="a5", voices=5, step=0.25)


def _ground(chords: Harmony) -> dict[str, Line]:
    return {"bass": bass_line(chords, "1", around="e2", step=3.0, hold=1.0)}


_GLOW = swelling(sustained(LAST, low="b3", high="g5", velocity=0.6), start=0.6, end=1.2)
_HARP = arpeggio(SECOND, "0.2.4.3.1.2.", low="d5", high="c7", voices=5, step=0.25)
# About 66 seconds in 3/4 at 126 beats a minute.
WINDOWS = Arrangement(
    seed=61,
    tempo_bpm=126,
    beats_per_bar=3,
    room=Room(decay_s=2.0, damping_hz=6500),
    echo=Echo(beats=1.5, feedback=0.35),
    loudness_db=-18.5,
    tail_s=3.5,
    fade_s=3.0,
    channels={
        "left": Channel(keyboards.marimba, gain_db=-6, pan=-0.5, reverb=0.25, loose_s=0.003, takes=2),
        "right": Channel(keyboards.marimba, gain_db=-6, pan=0.5, reverb=0.25, loose_s=0.003, takes=2),
        "harp": Channel(plucked.HARP, gain_db=-12, pan=0.1, width=0.2, reverb=0.35, echo=0.2, loose_s=0.005),
        "bells": Channel(keyboards.bell, gain_db=-20, reverb=0.5, loose_s=0.01),
        "pad": Channel(synths.Pad(cutoff_hz=1300), gain_db=-18, width=0.6, reverb=0.4),
        "bass": Channel(synths.sub_bass, gain_db=-11, reverb=0.05),
    },
    sections=(
        Section("one", 6, {"left": swelling(_left(STILL), start=0.5, end=1.0)}),
        Section(
            "two",
            8,
            {
                "left": _left(FIRST),
                "right": swelling(_right(FIRST, 2), start=0.3, end=1.0),
                **_ground(FIRST),
            },
        ),
        Section(
            "three",
            8,
            {"left": _left(SECOND), "right": _right(SECOND, 5), "harp": _HARP, **_ground(SECOND)},
        ),
        Section(
            "four",
            8,
            {
                "left": louder(_left(FIRST), 1.1),
                "right": _right(FIRST, 7),
                "bells": bass_line(FIRST, "8..", around="e5", step=1.0),
                **_ground(FIRST),
            },
        ),
        Section(
            "five",
            8,
            {
                "left": louder(_left(LAST), 1.25),
                "right": louder(_right(LAST, 9), 1.25),
                "pad": _GLOW,
                **_ground(LAST),
            },
        ),
        Section(
            "close",
            4,
            {
                "left": swelling(_left(CLOSE), start=1.0, end=0.2),
                "bells": bass_line(CLOSE, "8..", around="e5", step=1.0),
            },
        ),
    ),
)
