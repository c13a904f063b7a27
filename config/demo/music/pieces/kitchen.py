"""A sketch for felt piano in D, played alone and not quite in time."""

from config.demo.music import plucked
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Room
from config.demo.music.score import arpeggio, bass_line, harmony, line, louder, sustained, swelling

VERSE = harmony("Dadd9 | Bm7 | Gmaj7 | A7sus4")
TURN = harmony("Em7 | F#m7 | Gmaj7 | Gm6")
CLOSE = harmony("Dadd9 | Dadd9")

TUNE = line("f#5:1.5 e5:.5 d5:1 a5:1 b5:1.5 a5:.5 f#5:2 g5:1 f#5:.5 e5:.5 d5:1 b4:1 e5:3 -:1")
REPLY = line("g5:1.5 f#5:.5 e5:1 b5:1 c#6:2! a5:1 f#5:1 b5:1.5 a5:.5 g5:1 d5:1 bb4:2 d5:1 e5:1")


_LEFT = swelling(arpeggio(VERSE, "01213121", low="f#3", high="e4", step=0.5, hold=2.5), start=0.8, end=0.95)
_LOW = bass_line(VERSE, "1", around="d2", step=4.0, hold=1.0)
_TURN_PARTS = arpeggio(TURN, "01232321", low="g3", high="f#4", step=0.5, hold=2.5)
# About 52 seconds in 4/4 at 72 beats a minute.
KITCHEN = Arrangement(
    seed=101,
    tempo_bpm=72,
    room=Room(decay_s=1.9, damping_hz=3600),
    loudness_db=-21.0,
    tail_s=4.5,
    fade_s=4.0,
    channels={
        "left": Channel(plucked.FELT_PIANO, gain_db=-11, width=0.5, reverb=0.25, loose_s=0.014, takes=2),
        "low": Channel(plucked.FELT_PIANO, gain_db=-9, pan=-0.2, reverb=0.2, loose_s=0.01),
        "right": Channel(plucked.FELT_PIANO, gain_db=-6, pan=0.15, reverb=0.3, loose_s=0.016, takes=2),
    },
    sections=(
        Section("A", 4, {"left": _LEFT, "low": _LOW, "right": louder(TUNE, 0.85)}),
        Section(
            "B",
            4,
            {
                "left": louder(_TURN_PARTS, 1.2),
                "low": bass_line(TURN, "1", around="d2", step=4.0),
                "right": louder(REPLY, 1.2),
            },
        ),
        Section("A'", 4, {"left": louder(_LEFT, 0.9), "low": _LOW, "right": TUNE}),
        Section(
            "close",
            2,
            {
                "left": swelling(arpeggio(CLOSE, "0123", low="f#3", high="a4", step=1.0, hold=3.0), start=0.7, end=0.4),
                "low": sustained(CLOSE[:1], low="d2", high="d3", voices=2, velocity=0.5),
                "right": line("f#5:2? e5:2? d5:4?"),
            },
        ),
    ),
)
