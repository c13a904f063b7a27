"""A beat for a slow afternoon: ninth chords on an electric piano, an upright bass, a dusty kit."""

from config.demo.music import drums, filters, keyboards, plucked, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room, drive, equalised, tremolo, wow
from config.demo.music.score import bass_line, harmony, hits, line, louder, repeated, strummed, sustained

VERSE = harmony("Dm9 | G13 | Cmaj9 | A7")
BRIDGE = harmony("Fmaj9 | Em7 | Dm9 | G7sus4")
END = harmony("Dm9 G13 | Cmaj9")

TUNE = line("-:1 a5:.5 c6:.5 e6:1 d6:.5 c6:.5 b5:1.5 a5:.5 f5:1 e5:1 g5:1.5! e5:.5 d5:.5 e5:.5 g5:1 c#5:2 e5:1 g5:1")
TUNE_AGAIN = line("f5:.5 a5:.5 c6:1 e6:.75 c6:.25 a5:1 b5:1 e6:1 d6:.5 b5:.5 f5:1 g5:3 e5:1 -:1 c#6:.5 e6:.5 g5:1 e5:1")
SIGH = line("c6:2 a5:2 b5:2 g5:2 a5:1.5 f5:.5 e5:2 d5:2 f5:1 g5:1")
HALO = line("a5:4? b5:4? g5:4? g5:2? e5:2?")

_KICK = hits("X..x ..x. ..X. .x.. X... ..x. x.X. ....")
_SNARE = hits(".... X..o .o.. X... .... X..o .... X.o.")
_HATS = hits("x.xo x.xo x.xo x.xx x.xo xoxo x.xo x.x.")


_TAPE = (wow(), equalised(filters.lowpass(5200)))
_CHANNELS = {
    "kick": Channel(
        drums.Kick(start_hz=130, end_hz=52, half_life_s=0.09, click=0.15),
        gain_db=-5,
        reverb=0.03,
        loose_s=0.005,
        effects=(drive(1.6),),
    ),
    "snare": Channel(
        drums.Snare(body_hz=200, wires_s=0.05, wires_hz=4200),
        gain_db=-8,
        reverb=0.15,
        loose_s=0.007,
        takes=4,
    ),
    "hats": Channel(
        drums.Metal(half_life_s=0.014, low_hz=5200),
        gain_db=-15,
        pan=0.2,
        reverb=0.08,
        loose_s=0.006,
        takes=6,
    ),
    "keys": Channel(
        keyboards.electric_piano,
        gain_db=-11,
        width=0.3,
        reverb=0.25,
        ducked=0.25,
        loose_s=0.012,
        effects=(tremolo(rate_hz=3.1, depth=0.25), drive(1.4), *_TAPE),
    ),
    "bass": Channel(plucked.UPRIGHT_BASS, gain_db=-6, reverb=0.04, loose_s=0.008, takes=2),
    "vibes": Channel(keyboards.marimba, gain_db=-9, pan=-0.2, reverb=0.4, echo=0.35, loose_s=0.012, effects=_TAPE),
    "flute": Channel(synths.flute, gain_db=-14, pan=0.25, reverb=0.4, echo=0.25, effects=_TAPE),
    "dust": Channel(drums.crackle, gain_db=-8, reverb=0.0, takes=3),
}

_KIT = {
    "kick": repeated(_KICK, 2, every=8),
    "snare": repeated(_SNARE, 2, every=8),
    "hats": repeated(_HATS, 2, every=8),
}
_VERSE_PARTS = {
    **_KIT,
    "keys": strummed(VERSE, "X.....x. ..o.x...", low="c4", high="c5", step=0.25, hold=2.2),
    "bass": bass_line(VERSE, "1..1 ..5. 1... 8.5.", around="d2", step=0.25),
}
_BRIDGE_PARTS = {
    **_KIT,
    "keys": sustained(BRIDGE, low="c4", high="d5", velocity=0.75),
    "bass": bass_line(BRIDGE, "1... 5... 8... 5...", around="e2", step=0.25),
    "flute": SIGH,
}
_TWICE = {name: repeated(part, 2, every=16) for name, part in _VERSE_PARTS.items()}
_DUST = {"dust": line("c3:16")}
_DUST_TWICE = {"dust": line("c3:16 c3:16")}
# About 70 seconds in 4/4 at 84 beats a minute, the sixteenths swung.
TEA = Arrangement(
    seed=71,
    tempo_bpm=84,
    room=Room(decay_s=1.1, damping_hz=3500),
    echo=Echo(beats=1.5, feedback=0.35, damping_hz=2200),
    swing=0.3,
    swing_step=0.25,
    loudness_db=-17.0,
    tail_s=3.0,
    fade_s=4.0,
    channels=_CHANNELS,
    sections=(
        Section(
            "intro",
            4,
            {**_DUST, "keys": louder(_VERSE_PARTS["keys"], 0.8), "hats": louder(_KIT["hats"], 0.5)},
        ),
        Section(
            "A",
            8,
            {
                **_DUST_TWICE,
                **_TWICE,
                "vibes": (*TUNE, *(repeated(TUNE_AGAIN, 2, every=16)[len(TUNE_AGAIN) :])),
            },
        ),
        Section("B", 4, {**_DUST, **_BRIDGE_PARTS}),
        Section("A'", 4, {**_DUST, **_VERSE_PARTS, "vibes": TUNE_AGAIN, "flute": HALO}),
        Section(
            "outro",
            2,
            {
                "dust": line("c3:8"),
                "keys": sustained(END, low="c4", high="c5", velocity=0.6),
                "vibes": line("a5:2 e6:2 d6:4?"),
            },
        ),
    ),
)
