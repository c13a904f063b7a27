"""Breakbeat at 168: a chopped break over chords that change every other bar, and a bass that growls."""

from config.demo.music import drums, filters, keyboards, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room, chorus, drive, equalised
from config.demo.music.envelopes import Adsr
from config.demo.music.oscillators import square
from config.demo.music.score import (
    Line,
    arpeggio,
    bass_line,
    harmony,
    hits,
    joined,
    line,
    louder,
    moved,
    repeated,
    sustained,
    swelling,
)

SKY = harmony("Dm9 | Dm9 | Bbmaj9 | Bbmaj9 | Fmaj9 | Fmaj9 | Gm9 | A7sus4")
FALL = harmony("Gm9 | Am7 | Bbmaj9 | C9")

TUNE = line("f6:3 e6:1 d6:2 a5:2 f5:3 a5:1 c6:2 d6:2 e6:3 c6:1 a5:2 g5:2 bb5:3 a5:1 e5:2 d5:1 e5:1")
STABS = line("-:1.5 f5+a5+e5:.5 -:2 -:2.5 f5+a5+e5:.5 -:1", velocity=0.7)

_KICK = hits("X.x. .... ..xx .... X.x. .... ..X. ...x")
_SNARE = hits(".... X..o .o.. X..o .... X..o .o.. ..Xo")
_HATS = hits("x.x. x.x. x.x. x.xo x.x. x.x. x.x. xoxo")
_TURN_SNARE = hits(".... X..o .o.. X.oo XoXo XoXo XXXX XXXX")


def _break(bars: int) -> dict[str, Line]:
    """The two-bar break, its last two bars turned into a fill."""
    pairs = bars // 2
    snare = joined(repeated(_SNARE, pairs - 1, every=8), moved(_TURN_SNARE, beats=8 * (pairs - 1)))
    return {"kick": repeated(_KICK, pairs, every=8), "snare": snare, "hats": repeated(_HATS, pairs, every=8)}


_CHANNELS = {
    "kick": Channel(drums.Kick(start_hz=210, end_hz=55, half_life_s=0.07), gain_db=-5, reverb=0.03, takes=2),
    "snare": Channel(
        drums.Snare(body_hz=215, wires_s=0.055, wires_hz=8500),
        gain_db=-7,
        reverb=0.14,
        takes=5,
        effects=(drive(1.5),),
    ),
    "hats": Channel(drums.Metal(half_life_s=0.02), gain_db=-18, pan=0.2, reverb=0.06, takes=6, loose_s=0.002),
    "crash": Channel(drums.Metal(half_life_s=0.55, low_hz=4200), gain_db=-17, pan=-0.2, reverb=0.25),
    "bass": Channel(
        synths.Voice(open_hz=1100, closed_hz=220, half_life_s=0.25, sub=0.9, detune_cents=18),
        gain_db=-9,
        reverb=0.0,
        ducked=0.4,
        effects=(drive(1.8),),
    ),
    "pad": Channel(
        synths.Pad(cutoff_hz=1900, detune_cents=11),
        gain_db=-15,
        width=0.7,
        reverb=0.45,
        ducked=0.25,
        effects=(chorus(),),
    ),
    "stab": Channel(keyboards.electric_piano, gain_db=-13, pan=-0.25, reverb=0.3, echo=0.5),
    "bells": Channel(
        keyboards.bell,
        gain_db=-22,
        width=0.4,
        reverb=0.5,
        echo=0.25,
        effects=(equalised(filters.highpass(300)),),
    ),
    "lead": Channel(
        synths.Voice(
            shape=square,
            open_hz=3600,
            closed_hz=1300,
            half_life_s=0.4,
            vibrato_cents=16,
            contour=Adsr(0.05, 0.5, 0.8, 0.3),
        ),
        gain_db=-17,
        pan=0.15,
        reverb=0.35,
        echo=0.35,
    ),
}

_PAD = {"pad": sustained(SKY, low="a3", high="g5")}
_BASS = {"bass": bass_line(SKY, "1..... 1.5. 1...8.", around="d2", step=0.25)}
_STABS_PARTS = {"stab": repeated(STABS, 2, every=8)}
_FLIGHT = {**_PAD, **_BASS, **_break(8)}
_BELLS = {"bells": arpeggio(SKY, "0.2.3.1.", low="d5", high="c6", step=0.5)}
# About 60 seconds in 4/4 at 168 beats a minute.
KITES = Arrangement(
    seed=83,
    tempo_bpm=168,
    room=Room(decay_s=1.8, damping_hz=7000),
    echo=Echo(beats=1.5, feedback=0.45, damping_hz=4500),
    loudness_db=-15.0,
    tail_s=3.5,
    fade_s=4.0,
    channels=_CHANNELS,
    sections=(
        Section(
            "intro",
            8,
            {**_PAD, **_BELLS, "hats": swelling(repeated(_HATS, 4, every=8), start=0.2, end=0.9)},
        ),
        Section("A", 8, {**_FLIGHT, "stab": _STABS_PARTS["stab"], "crash": hits("X")}),
        Section("A2", 8, {**_FLIGHT, "lead": TUNE, "crash": hits("X")}),
        Section(
            "break",
            4,
            {
                "pad": louder(sustained(FALL, low="a3", high="a5"), 1.2),
                "bells": arpeggio(FALL, "0123", low="d5", high="d6", step=0.5),
            },
        ),
        Section("A'", 8, {**_FLIGHT, **_BELLS, "lead": louder(TUNE, 1.15), "crash": hits("X")}),
        Section(
            "outro",
            4,
            {
                "pad": sustained(SKY[:4], low="a3", high="g5", velocity=0.5),
                "kick": hits("X"),
                "bells": arpeggio(SKY[:4], "0.1.", low="d5", high="c6", step=1.0),
            },
        ),
    ),
)
