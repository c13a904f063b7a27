"""Dub in A minor: one drop on the three, organ on the off-beats, a melodica, echoes that take over."""

from config.demo.music import drums, filters, keyboards, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room, drive, equalised
from config.demo.music.score import harmony, hits, line, louder, moved, repeated, strummed

GROUND = harmony("Am7 | Dm7 | Am7 | Em7")
BASS = line(
    "a1:.75! a1:.25 -:.5 c2:.5 e2:.5 g2:.5 e2:.5 c2:.5 d2:.75! d2:.25 -:.5 f2:.5 a2:.5 f2:.5 e2:.5 d2:.5"
    " a1:.75! a1:.25 -:.5 c2:.5 e2:.5 g2:.5 a2:.5 g2:.5 e2:1! -:.5 b1:.5 d2:.5 e2:.5 g1:.5 g#1:.5"
)
TUNE = line("-:1 e5:.5 g5:.5 a5:1.5 g5:.5 f5:1 a5:.5 f5:.5 d5:2 -:1 c5:.5 e5:.5 a5:1 b5:.5 c6:.5 b5:1.5 g5:.5 e5:2")
DROPS = line("-:2 a5:.5! -:5.5 e5:.5 g5:.5 -:6.5")

_KICK = hits(".... .... X... ....", times=4)
_RIM = hits(".... .... X... .... .... .... X... ..x.", times=2)
_HATS = hits("x.o. x.oo x.o. x.o.", times=4)
_FILL = hits(".... .... .... .... .... .... ..xX .xX.", pitch="d3")
_THROW = hits(".... X... .... .... .... .... .... ..X.", times=2)


_SKANK = {"organ": strummed(GROUND, "..X...X...X...X.", low="e4", high="f5", voices=3, step=0.25, hold=0.7)}
_KIT = {"kick": _KICK, "rim": _RIM, "hats": _HATS}
_RIDDIM = {**_KIT, **_SKANK, "bass": BASS}
# About 73 seconds in 4/4 at 74 beats a minute, the sixteenths swung.
DUB = Arrangement(
    seed=97,
    tempo_bpm=74,
    room=Room(decay_s=2.4, damping_hz=3800),
    echo=Echo(beats=0.75, feedback=0.62, damping_hz=2400, repeats=9),
    swing=0.22,
    swing_step=0.25,
    loudness_db=-16.5,
    tail_s=4.5,
    fade_s=5.0,
    channels={
        "kick": Channel(drums.Kick(start_hz=120, end_hz=46, half_life_s=0.14), gain_db=-7, reverb=0.05),
        "rim": Channel(drums.rim, gain_db=-10, pan=-0.1, reverb=0.3, echo=0.15, takes=3),
        "hats": Channel(drums.Metal(half_life_s=0.022), gain_db=-16, pan=0.3, reverb=0.08, takes=5, loose_s=0.004),
        "toms": Channel(drums.tom, gain_db=-9, pan=-0.25, reverb=0.35, echo=0.3),
        "bass": Channel(
            synths.sub_bass,
            gain_db=-10,
            reverb=0.0,
            effects=(drive(1.5), equalised(filters.lowpass(900))),
        ),
        "organ": Channel(keyboards.organ, gain_db=-12, pan=0.3, reverb=0.2, echo=0.12, loose_s=0.004),
        "thrown": Channel(keyboards.organ, gain_db=-12, pan=-0.3, reverb=0.5, echo=0.9),
        "snare": Channel(drums.Snare(wires_s=0.06), gain_db=-13, reverb=0.5, echo=0.9, takes=2),
        "melodica": Channel(keyboards.melodica, gain_db=-9, pan=0.05, reverb=0.3, echo=0.35, loose_s=0.01),
    },
    sections=(
        Section(
            "intro",
            2,
            {
                "toms": _FILL,
                "hats": louder(hits("x.o. x.oo", times=4), 0.6),
                "organ": moved(_SKANK["organ"], beats=0)[: len(_SKANK["organ"]) // 2],
            },
        ),
        Section(
            "A",
            8,
            {
                **{name: repeated(part, 2, every=16) for name, part in _RIDDIM.items()},
                "melodica": repeated(TUNE, 2, every=16),
            },
        ),
        Section(
            "dub",
            4,
            {
                "kick": _KICK,
                "bass": BASS,
                "snare": _THROW,
                "thrown": strummed(GROUND, "..X.............", low="e4", high="f5", voices=3, step=0.25),
                "melodica": DROPS,
            },
        ),
        Section("A'", 4, {**_RIDDIM, "melodica": louder(TUNE, 1.15), "toms": moved(_FILL, beats=8)}),
        Section(
            "outro",
            2,
            {
                "kick": hits(".... .... X..."),
                "thrown": strummed(GROUND[:2], "..X...X.........", low="e4", high="f5", voices=3, step=0.25),
                "snare": hits("........ ....X..."),
            },
        ),
    ),
)
