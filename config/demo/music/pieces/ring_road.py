"""Night drive: sixteenths in the bass, a wide pad, a gated snare, a lead that sings."""

from config.demo.music import drums, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room, chorus, swept
from config.demo.music.envelopes import Adsr
from config.demo.music.oscillators import pulse
from config.demo.music.score import (
    arpeggio,
    bass_line,
    harmony,
    hits,
    line,
    louder,
    moved,
    repeated,
    sustained,
)

VERSE = harmony("Am9 | Am9 | Fmaj7 | Fmaj7 | Dm9 | Dm9 | Em7 | E7")
CHORUS = harmony("Fmaj9 | G6 | Am7 | C/E | Fmaj9 | G6 | Em7 | Am9")
OPENING = harmony("Am9 | Am9 | Fmaj7 | Fmaj7")

LEAD = line(
    "e5:3 d5:.5 c5:.5 b4:2 c5:1 d5:1 c5:3 a4:1 -:2 e5:1 f5:1 a5:3! g5:.5 f5:.5 e5:2 f5:1 d5:1 b4:3 d5:1 g#4:2 b4:1 e5:1"
)
SONG = line(
    "a5:1.5! g5:.5 e5:1 c5:1 d5:1.5 e5:.5 g5:1 b5:1 c6:2! b5:1 a5:1 g5:3 e5:1"
    " a5:1.5! g5:.5 e5:1 c5:1 d5:1 g5:1 b5:1 d6:1 b5:2 g5:1 e5:1 a5:4"
)
_BACKBEAT = hits(".... X... .... X...", times=8)
_KICK = hits("X... ..x. X... .... X... ..x. X.x. ....", times=4)
_HATS = hits("x.o. x.o. x.o. x.oo", times=8)
_FILL = hits(".... .... xxXx XxXX", pitch="a2")


_CHANNELS = {
    "kick": Channel(drums.Kick(start_hz=160, end_hz=45, half_life_s=0.13), gain_db=-5, reverb=0.02),
    "snare": Channel(drums.Snare(wires_s=0.11, tightness=0.8), gain_db=-8, reverb=0.45, takes=3),
    "hats": Channel(drums.Metal(half_life_s=0.018), gain_db=-20, pan=0.25, reverb=0.05, takes=4),
    "toms": Channel(drums.tom, gain_db=-8, pan=-0.3, reverb=0.4, takes=2),
    "crash": Channel(drums.Metal(half_life_s=0.6, low_hz=3800), gain_db=-18, reverb=0.3),
    "bass": Channel(
        synths.Voice(open_hz=1900, closed_hz=260, half_life_s=0.06, sub=0.5, resonance=0.8),
        gain_db=-9,
        reverb=0.0,
        ducked=0.35,
    ),
    "pad": Channel(
        synths.Pad(cutoff_hz=2600, detune_cents=12),
        gain_db=-14,
        width=0.7,
        reverb=0.35,
        ducked=0.3,
        effects=(chorus(rate_hz=0.5), swept((700, 2500, 9000, 5000, 1200))),
    ),
    "arp": Channel(
        synths.Voice(shape=pulse(0.3), open_hz=4500, closed_hz=900, contour=Adsr(0.002, 0.12, 0.2, 0.1)),
        gain_db=-20,
        pan=-0.35,
        reverb=0.2,
        echo=0.4,
    ),
    "lead": Channel(
        synths.Voice(
            open_hz=5200,
            closed_hz=1800,
            half_life_s=0.5,
            vibrato_cents=22,
            contour=Adsr(0.03, 0.6, 0.8, 0.2),
        ),
        gain_db=-13,
        pan=0.08,
        reverb=0.3,
        echo=0.35,
    ),
}

_VERSE_PARTS = {
    "bass": bass_line(VERSE, "1111 1181 1111 1518", around="a1", step=0.25, hold=0.8),
    "pad": sustained(VERSE, low="e3", high="e5"),
    "kick": _KICK,
    "snare": _BACKBEAT,
    "hats": _HATS,
}
_CHORUS_PARTS = {
    "bass": bass_line(CHORUS, "1181 1181 1181 1158", around="a1", step=0.25, hold=0.8),
    "pad": louder(sustained(CHORUS, low="e3", high="g5", voices=4), 1.2),
    "arp": arpeggio(CHORUS, "0213 2313", low="c5", high="c6", step=0.25, hold=0.7),
    "kick": _KICK,
    "snare": _BACKBEAT,
    "hats": _HATS,
    "toms": moved(_FILL, beats=28),
}
# About 74 seconds in 4/4 at 108 beats a minute.
RING_ROAD = Arrangement(
    seed=53,
    tempo_bpm=108,
    room=Room(decay_s=2.2, damping_hz=6000),
    echo=Echo(beats=0.75, feedback=0.5, damping_hz=4000),
    loudness_db=-15.5,
    tail_s=4.0,
    fade_s=5.0,
    channels=_CHANNELS,
    sections=(
        Section(
            "intro",
            4,
            {
                "bass": louder(bass_line(OPENING, "1111 1181", around="a1", step=0.25, hold=0.7), 0.75),
                "pad": sustained(OPENING, low="e3", high="e5", velocity=0.4),
                "hats": louder(hits("x.o. x.o.", times=8), 0.6),
                "toms": moved(_FILL, beats=12),
            },
        ),
        Section("A", 8, {**_VERSE_PARTS, "lead": louder(LEAD, 0.9)}),
        Section("B", 8, {**_CHORUS_PARTS, "lead": SONG, "crash": hits("X")}),
        Section(
            "A'",
            8,
            {
                **_VERSE_PARTS,
                "lead": LEAD,
                "arp": arpeggio(VERSE, "0121 3121", low="e5", high="e6", step=0.25, hold=0.6),
            },
        ),
        Section(
            "outro",
            4,
            {
                "pad": sustained(OPENING, low="e3", high="e5", velocity=0.5),
                "arp": repeated(arpeggio(OPENING, "0213", low="c5", high="c6", step=0.25, hold=0.6), 1, every=16),
                "crash": hits("X"),
            },
        ),
    ),
)
