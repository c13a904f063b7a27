"""A chorale in F for four horns, its middle strain a solo in D minor; kettledrums for the return."""

from config.demo.music import drums, keyboards, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Room
from config.demo.music.score import Line, bass_line, harmony, line, louder, moved, sustained, swelling

CALL = line("c4:1.5? f4:.5 a4:1 c5:1 bb4:2 a4:1? g4:1?")

SOPRANO = line("a4:1 a4 bb4 c5 c5 bb4 a4:2 g4:1 a4 bb4 a4 g4:2 f4:2")
ALTO = line("f4:1 f4 g4 g4 a4 f4 f4:2 e4:1 f4 g4 f4 e4:2 c4:2")
TENOR = line("c4:1 d4 d4 e4 f4 d4 c4:2 c4:1 c4 d4 c4 bb3:2 a3:2")
BASS = line("f3:1 d3 g3 c3 f3 bb2 f3:2 c3:1 a2 g2 c3 c3:2 f2:2")

HALF_SOPRANO = line("a4:1 a4 bb4 c5 d5 c5 bb4 a4 g4 bb4 a4 g4 g4:4")
HALF_ALTO = line("f4:1 f4 g4 g4 f4 f4 g4 f#4 g4 g4 f4 f4 e4:4")
HALF_TENOR = line("c4:1 d4 d4 e4 bb3 c4 d4 d4 bb3 c4 c4 b3 c4:2 bb3:2")
HALF_BASS = line("f3:1 d3 g3 c3 bb2 a2 g2 d3 g2 e3 f3 d3 c3:4")

STRAIN = harmony("Dm | Gm | C7 | F | Bb | Gm6 | A7sus4 | A7")
SOLO = line(
    "d4:1.5 e4:.5 f4:1 a4 bb4:2 a4:1 g4 e4:1 g4 c5 bb4 a4:3 f4:1"
    " d5:1.5! c5:.5 bb4:1 a4 g4:2 bb4:1 g4 a4:2 e4:1 g4 e4:2 c#4:2"
)
AMEN = harmony("Bb | F | F")


def _choir(soprano: Line, alto: Line, tenor: Line, bass: Line) -> dict[str, Line]:
    return {"soprano": soprano, "alto": alto, "tenor": tenor, "bass": bass}


def _amen() -> dict[str, Line]:
    return {
        **_choir(line("f4:4 f4:8?"), line("d4:4 c4:8?"), line("bb3:4 a3:8?"), line("bb2:4 f2:8?")),
        "organ": sustained(AMEN, low="g3", high="d5", velocity=0.5),
    }


_STATEMENT = _choir(SOPRANO, ALTO, TENOR, BASS)
_HALF = {
    name: swelling(part, start=0.9, end=1.1)
    for name, part in _choir(HALF_SOPRANO, HALF_ALTO, HALF_TENOR, HALF_BASS).items()
}
_GRAND = {name: louder(part, 1.25) for name, part in _STATEMENT.items()}
_DRUM_ROLL = line(" ".join(["c2:.25?"] * 12 + ["f2:1!"] + ["-:3 c2:1?"] * 2 + ["f2:4!"]))
_HORN = synths.Brass(brightness_hz=2400)
# About 80 seconds in 4/4 at 76 beats a minute.
CHORALE = Arrangement(
    seed=31,
    tempo_bpm=76,
    room=Room(decay_s=3.4, predelay_s=0.03, damping_hz=4200),
    loudness_db=-19.0,
    tail_s=4.5,
    fade_s=4.0,
    channels={
        "soprano": Channel(_HORN, gain_db=-9, pan=-0.35, reverb=0.35, loose_s=0.008, takes=2),
        "alto": Channel(_HORN, gain_db=-11, pan=0.3, reverb=0.35, loose_s=0.008, takes=2),
        "tenor": Channel(_HORN, gain_db=-11, pan=-0.12, reverb=0.35, loose_s=0.008, takes=2),
        "bass": Channel(synths.Brass(brightness_hz=1100), gain_db=-9, pan=0.12, reverb=0.3, loose_s=0.008),
        "descant": Channel(synths.Brass(brightness_hz=4200), gain_db=-14, pan=0.45, reverb=0.4, loose_s=0.006),
        "organ": Channel(keyboards.organ, gain_db=-19, width=0.4, reverb=0.5),
        "kettledrum": Channel(drums.tom, gain_db=-9, pan=0.0, reverb=0.5, takes=2),
    },
    sections=(
        Section("call", 2, {"soprano": CALL}),
        Section("A", 4, _STATEMENT),
        Section("A2", 4, _HALF),
        Section(
            "B",
            8,
            {
                "alto": SOLO,
                "organ": sustained(STRAIN, low="g3", high="d5", velocity=0.6),
                "bass": louder(bass_line(STRAIN, "1", around="d3", step=4.0), 0.5),
            },
        ),
        Section("A'", 4, {**_GRAND, "descant": moved(SOPRANO, semitones=12), "kettledrum": _DRUM_ROLL}),
        Section("amen", 3, _amen()),
    ),
)
