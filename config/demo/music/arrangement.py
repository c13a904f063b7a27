"""What is played by whom, in which room: the data that `performance.perform` turns into sound."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.demo.music.effects import Echo, Effect, Room
from config.demo.music.samples import Mono, Stereo, Tone
from config.demo.music.score import Line

Instrument = Callable[[Tone], Mono]


@dataclass(frozen=True, slots=True)
class Channel:
    """One strip of the mixing desk.

    `width` spreads low notes to the left and high ones to the right; `reverb` and `echo` are send levels
    (0 to 1); `ducked` is how far the kick drum presses it down; `loose_s` is the spread of the player's
    timing; `takes` is how many different recordings of the same note alternate.
    """

    instrument: Instrument
    gain_db: float = -10.0
    pan: float = 0.0
    width: float = 0.0
    reverb: float = 0.15
    echo: float = 0.0
    ducked: float = 0.0
    loose_s: float = 0.0
    takes: int = 1
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: how many bars, and what each channel plays in it (beats counted from its start)."""

    name: str
    bars: int
    parts: Mapping[str, Line]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A whole piece. `swing` delays every second `swing_step` by that share of a step."""

    seed: int
    tempo_bpm: float
    channels: Mapping[str, Channel]
    sections: tuple[Section, ...]
    room: Room
    echo: Echo = field(default_factory=lambda: Echo(beats=0.75))
    beats_per_bar: int = 4
    swing: float = 0.0
    swing_step: float = 0.5
    tail_s: float = 3.0
    fade_s: float = 4.0
    loudness_db: float = -17.0

    @property
    def beat_s(self) -> float:
        """Seconds a beat."""
        return 60.0 / self.tempo_bpm


@dataclass(frozen=True, slots=True)
class Recording:
    """Finished sound, shape (2, n), and where each section begins and ends in it, in seconds."""

    samples: Stereo
    sections: tuple[tuple[str, float, float], ...]
