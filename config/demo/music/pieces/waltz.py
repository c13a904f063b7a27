"""A waltz in A minor for guitar, mandolin and a plucked bass."""

from config.demo.music import plucked
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Room
from config.demo.music.score import (
    Line,
    Note,
    arpeggio,
    bass_line,
    harmony,
    line,
    louder,
    moved,
    strummed,
    sustained,
)

VAMP = harmony("Am | Am | E7 | E7", beats=3)
VERSE = harmony("Am | E7 | Am | A7 | Dm | Am | B7 | E7 | Am | E7 | Am | A7 | Dm | Am | E7 | Am", beats=3)
TRIO = harmony("F | C/E | Dm | G7 | Cmaj7 | Fmaj7 | B7 | E7", beats=3)
CODA = harmony("Dm | Am | E7 | Am", beats=3)

TUNE = line(
    "e5:2 a5:1 g#5:2 b5:1 a5:1.5 b5:.5 c6:1 c#6:2 e5:1 f5:1 a5 d6 c6:2 a5:1 b5:1 a5 f#5 g#5:2 e5:1"
    " e5:2 a5:1 g#5:1 b5 d6 c6:1.5 b5:.5 a5:1 g5:1 e5 c#5 d5:1 f5 a5 c6:1 b5 a5 g#5:1.5 a5:.5 b5:1 a5:3"
)
TRIO_TUNE = line("a5:1 c6 f6 e6:2 g5:1 f5:1 a5 d6 b5:2 g5:1 e5:1 g5 b5 a5:2 c6:1 b5:1 a5 f#5 g#5:1 b5 d6")
CODA_TUNE = line("f5:1 a5 d6 c6:1 b5 a5 g#5:1.5? a5:.5? b5:1? a5:3?")


def _tremolo(notes: Line) -> Line:
    """Each note broken into sixteenths, the first one leaned on: the way a mandolin holds a note."""
    return tuple(
        Note(note.start + turn / 4, 0.25, note.pitch, note.velocity * (0.95 if turn == 0 else 0.6))
        for note in notes
        for turn in range(round(note.length * 4))
    )


_VERSE_PARTS = {
    "guitar": strummed(VERSE, ".xo", low="e3", high="e4", voices=3, step=1.0),
    "bass": bass_line(VERSE, "1..", around="e2", step=1.0),
}
_TRIO_PARTS = {
    "guitar": arpeggio(TRIO, "012321", low="e3", high="g4", step=0.5, hold=1.6),
    "bass": bass_line(TRIO, "1.5", around="e2", step=1.0),
    "mandolin": louder(_tremolo(TRIO_TUNE), 0.9),
    "second": sustained(TRIO, low="c4", high="e5", voices=2, velocity=0.4),
}
# About 65 seconds in 3/4 at 140 beats a minute.
WALTZ = Arrangement(
    seed=23,
    tempo_bpm=140,
    beats_per_bar=3,
    room=Room(decay_s=1.6, damping_hz=4500),
    loudness_db=-19.5,
    tail_s=3.0,
    fade_s=2.5,
    channels={
        "bass": Channel(plucked.UPRIGHT_BASS, gain_db=-9, pan=0.05, reverb=0.08, loose_s=0.006),
        "guitar": Channel(plucked.GUITAR, gain_db=-11, pan=-0.35, width=0.2, reverb=0.2, loose_s=0.009, takes=2),
        "second": Channel(plucked.HARP, gain_db=-15, pan=-0.1, width=0.5, reverb=0.4, loose_s=0.01),
        "melody": Channel(plucked.GUITAR, gain_db=-6, pan=0.2, reverb=0.25, loose_s=0.008, takes=3),
        "mandolin": Channel(plucked.MANDOLIN, gain_db=-8, pan=0.45, reverb=0.25, loose_s=0.006, takes=3),
    },
    sections=(
        Section("intro", 4, {"guitar": arpeggio(VAMP, "012321", low="e3", high="g4", step=0.5, hold=2.0)}),
        Section("A", 16, {**_VERSE_PARTS, "melody": TUNE}),
        Section("B", 8, _TRIO_PARTS),
        Section(
            "A'",
            16,
            {**_VERSE_PARTS, "melody": louder(moved(TUNE, semitones=-12), 1.2), "mandolin": _tremolo(TUNE)},
        ),
        Section(
            "outro",
            4,
            {
                "guitar": arpeggio(CODA, "012321", low="e3", high="g4", step=0.5, hold=2.0),
                "melody": CODA_TUNE,
            },
        ),
    ),
)
