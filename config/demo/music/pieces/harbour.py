"""Slow ambient in D: surf, drone, a pad that changes once a bar, bells and a harp far out on the water."""

from config.demo.music import drums, filters, keyboards, plucked, synths
from config.demo.music.arrangement import Arrangement, Channel, Section
from config.demo.music.effects import Echo, Room, chorus, equalised, swept
from config.demo.music.envelopes import Adsr
from config.demo.music.score import arpeggio, bass_line, harmony, line, louder, sustained

CALM = harmony("Dmaj9 | Bm11 | Gmaj7#11 | Aadd9 | F#m7 | Gmaj9")
TURN = harmony("Em9 | F#m7 | Gmaj9 | Bbmaj9 | A7sus4")
HOME = harmony("Dmaj9 | Gmaj7#11")

BELLS = line("-:2 a5:1 f#5:1 -:3 e6:1 d6:2 -:2 c#6:1 b5:1 -:2 e5:2 -:1 a5:1 -:1 b5:1 f#5:2")
ANSWER = line("b5:1.5 g5:.5 f#5:2 -:1 a5:1 c#6:2 d6:1 b5:1 g5:2 -:1 f5:1 d6:1 c6:1 b5:2 e5:2")


def _water(bars: int) -> str:
    return " ".join(["c3:8"] * (bars // 2) + ["c3:4"] * (bars % 2))


_PAD = {
    "pad": sustained(CALM, low="a3", high="e5"),
    "drone": bass_line(CALM, "1", around="d2", step=4.0, hold=1.0),
}
_TURN_PARTS = {
    "pad": louder(sustained(TURN, low="a3", high="f#5"), 1.25),
    "drone": bass_line(TURN, "1", around="d2", step=4.0),
}
_HARP = arpeggio(CALM, "0123 4321", low="d4", high="f#6", voices=5, step=0.5)
# About 80 seconds in 4/4 at 66 beats a minute.
HARBOUR = Arrangement(
    seed=11,
    tempo_bpm=66,
    room=Room(decay_s=5.5, predelay_s=0.03, damping_hz=5200),
    echo=Echo(beats=1.5, feedback=0.5, damping_hz=2600),
    loudness_db=-20.5,
    tail_s=5.0,
    fade_s=7.0,
    channels={
        "surf": Channel(drums.surf, gain_db=-11, reverb=0.3, effects=(chorus(depth_s=0.006),)),
        "drone": Channel(synths.sub_bass, gain_db=-18, reverb=0.1),
        "pad": Channel(
            synths.Pad(cutoff_hz=2000, waves=4, contour=Adsr(1.4, 1.0, 0.9, 2.4)),
            gain_db=-15,
            width=0.6,
            reverb=0.5,
            effects=(chorus(depth_s=0.004), swept((500, 1400, 5000, 7000, 2500, 600))),
        ),
        "bells": Channel(keyboards.bell, gain_db=-14, pan=0.25, reverb=0.7, echo=0.5, loose_s=0.02),
        "harp": Channel(plucked.HARP, gain_db=-15, pan=-0.2, width=0.4, reverb=0.5, echo=0.2, loose_s=0.012),
        "flute": Channel(synths.flute, gain_db=-15, pan=-0.1, reverb=0.6, effects=(equalised(filters.lowpass(4000)),)),
    },
    sections=(
        Section(
            "intro",
            3,
            {
                "surf": line(_water(3)),
                "drone": line("d2:12", velocity=0.6),
                "bells": line("-:6 a5:2? d6:4?"),
            },
        ),
        Section("A", 6, {**_PAD, "surf": line(_water(6), velocity=0.5), "bells": BELLS}),
        Section("B", 5, {**_TURN_PARTS, "surf": line(_water(5), velocity=0.4), "flute": ANSWER}),
        Section(
            "A'",
            6,
            {
                **_PAD,
                "surf": line(_water(6), velocity=0.5),
                "harp": _HARP,
                "bells": louder(BELLS, 1.15),
            },
        ),
        Section(
            "outro",
            2,
            {
                "pad": sustained(HOME, low="a3", high="e5", velocity=0.5),
                "surf": line("c3:8"),
                "bells": line("a5:4? d6:4?"),
            },
        ),
    ),
)
