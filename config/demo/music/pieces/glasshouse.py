"""Four on the floor in F minor: stabs off the beat, a bass that answers the kick, a plucked hook."""

from config.demo.music import drums, filters, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room, chorus, equalised
from config.demo.music.envelopes import Adsr
from config.demo.music.oscillators import triangle
from config.demo.music.score import (
    bass_line,
    harmony,
    hits,
    line,
    louder,
    repeated,
    strummed,
    sustained,
    swelling,
)

LOOP = harmony("Fm9 | Fm9 | Dbmaj9 | Eb13")
LIFT = harmony("Bbm9 | Dbmaj9 | Cm7 | Eb7sus4")

HOOK = line(
    "c6:.75! ab5:.75 g5:.5 -:.5 eb5:.5 f5:.5 g5:.5 -:1 c6:.75 ab5:.75 g5:.5 eb5:1"
    " f5:.75! ab5:.75 c6:.5 -:.5 eb6:.5 c6:.5 ab5:.5 bb5:.75 g5:.75 f5:.5 -:.5 c5:.5 eb5:.5 f5:.5"
)
STABS = "..x..x.. ..x.x..o"
BASS = "..1...8. ..1.8.5."

_FLOOR = hits("X... X... X... X...", times=4)
_CLAPS = hits(".... X... .... X...", times=4)
_OPEN_HATS = hits("..x. ..x. ..x. ..x.", times=4)
_SHAKER = hits("oxox oxxo oxox oxox", times=4)
_ROLL = hits("o.o.o.o. x.x.x.x. xxxxxxxx XXXXXXXX", step=0.5)


_GROOVE = {"kick": _FLOOR, "clap": _CLAPS, "open": _OPEN_HATS, "shaker": _SHAKER}
_TUNE = {
    "bass": bass_line(LOOP, BASS, around="f1", step=0.25),
    "stab": strummed(LOOP, STABS, low="c4", high="bb4", step=0.25, hold=0.8),
}
_FULL = {name: repeated(part, 2, every=16) for name, part in {**_GROOVE, **_TUNE}.items()}
# About 66 seconds in 4/4 at 122 beats a minute.
GLASSHOUSE = Arrangement(
    seed=41,
    tempo_bpm=122,
    room=Room(decay_s=1.4, damping_hz=7000),
    echo=Echo(beats=0.75, feedback=0.45, damping_hz=4500),
    swing=0.12,
    swing_step=0.25,
    loudness_db=-14.5,
    tail_s=3.0,
    fade_s=3.5,
    channels={
        "kick": Channel(drums.Kick(), gain_db=-7, reverb=0.0),
        "clap": Channel(drums.clap, gain_db=-9, reverb=0.25, takes=3),
        "open": Channel(drums.Metal(half_life_s=0.06, low_hz=7000), gain_db=-14, pan=0.15, reverb=0.05, takes=4),
        "shaker": Channel(drums.shaker, gain_db=-14, pan=-0.35, reverb=0.1, takes=6, loose_s=0.003),
        "snare": Channel(drums.Snare(wires_s=0.05), gain_db=-15, reverb=0.3, takes=4),
        "bass": Channel(
            synths.Voice(open_hz=1500, closed_hz=180, sub=0.7, half_life_s=0.09),
            gain_db=-8,
            reverb=0.0,
            ducked=0.6,
        ),
        "stab": Channel(
            synths.Voice(open_hz=4200, closed_hz=500, half_life_s=0.1, contour=Adsr(0.003, 0.2, 0.3, 0.15)),
            gain_db=-9,
            width=0.5,
            reverb=0.3,
            echo=0.25,
            ducked=0.4,
            effects=(chorus(),),
        ),
        "hook": Channel(
            synths.Voice(shape=triangle, open_hz=6000, closed_hz=900, contour=Adsr(0.002, 0.25, 0.2, 0.2)),
            gain_db=-6,
            pan=0.1,
            reverb=0.25,
            echo=0.45,
            effects=(equalised(filters.highpass(250)),),
        ),
        "pad": Channel(
            synths.Pad(cutoff_hz=2400),
            gain_db=-17,
            width=0.6,
            reverb=0.45,
            ducked=0.5,
            effects=(chorus(),),
        ),
        "crash": Channel(drums.Metal(half_life_s=0.5, low_hz=4000), gain_db=-18, reverb=0.3),
    },
    sections=(
        Section(
            "intro",
            4,
            {
                "kick": _FLOOR,
                "shaker": swelling(_SHAKER, start=0.3, end=1.0),
                "stab": louder(_TUNE["stab"], 0.45),
            },
        ),
        Section("build", 4, {**_GROOVE, "bass": _TUNE["bass"], "stab": louder(_TUNE["stab"], 0.8)}),
        Section("A", 8, {**_FULL, "hook": repeated(HOOK, 2, every=16), "crash": hits("X")}),
        Section(
            "break",
            4,
            {"pad": sustained(LIFT, low="c4", high="eb5"), "hook": louder(HOOK, 0.7), "snare": _ROLL},
        ),
        Section(
            "A'",
            8,
            {
                **_FULL,
                "hook": repeated(HOOK, 2, every=16),
                "pad": repeated(sustained(LOOP, low="c4", high="eb5"), 2, every=16),
                "crash": hits("X"),
            },
        ),
        Section("outro", 4, {"kick": _FLOOR, "shaker": _SHAKER, "open": _OPEN_HATS, "bass": _TUNE["bass"]}),
    ),
)
