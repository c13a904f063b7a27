"""From an arrangement to sound: notes to channels, channels to the desk, the desk to the master."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from config.demo.music import mastering, theory
from config.demo.music.arrangement import Arrangement, Channel, Recording
from config.demo.music.samples import Mono, Stereo, Tone, add_at, decibels, pan_gains, sample_count
from config.demo.music.score import Note

_KICK = "kick"
_VELOCITY_STEPS = 10
_DUCK_S = 0.28


@dataclass(frozen=True, slots=True)
class _Event:
    start_s: float
    length_s: float
    pitch: int
    velocity: float


def perform(arrangement: Arrangement) -> Recording:
    """Play the arrangement. The same arrangement gives the same samples, bit for bit."""
    sections = tuple(_section_times(arrangement))
    total = sample_count(sections[-1][2] + arrangement.tail_s)
    pump = _pump(arrangement, total)
    dry = np.zeros((2, total), dtype=np.float32)
    to_room, to_echo = np.zeros_like(dry), np.zeros_like(dry)
    for order, (name, channel) in enumerate(arrangement.channels.items()):
        sound = _channel_sound(arrangement, name, order=order, total=total)
        sound *= decibels(channel.gain_db) * (1.0 - np.float32(channel.ducked) * pump)
        dry += sound
        to_room += sound * np.float32(channel.reverb)
        to_echo += sound * np.float32(channel.echo)
    echoes = arrangement.echo.applied(to_echo, beat_s=arrangement.beat_s) if to_echo.any() else to_echo
    rng = np.random.default_rng([arrangement.seed, 7])
    wet = arrangement.room.applied(to_room + echoes * np.float32(0.3), rng)
    mix = dry + echoes + wet
    master = mastering.mastered(mix, loudness_db=arrangement.loudness_db, fade_s=arrangement.fade_s)
    return Recording(samples=master, sections=sections)


def _section_times(arrangement: Arrangement) -> Iterator[tuple[str, float, float]]:
    start_s = 0.0
    for section in arrangement.sections:
        end_s = start_s + section.bars * arrangement.beats_per_bar * arrangement.beat_s
        yield section.name, start_s, end_s
        start_s = end_s


def _events(arrangement: Arrangement, name: str) -> Iterator[_Event]:
    for section, (_, start_s, _) in zip(arrangement.sections, _section_times(arrangement), strict=True):
        for note in section.parts.get(name, ()):
            begin_s = start_s + _swung(arrangement, note) * arrangement.beat_s
            yield _Event(begin_s, note.length * arrangement.beat_s, note.pitch, note.velocity)


def _swung(arrangement: Arrangement, note: Note) -> float:
    place = note.start / arrangement.swing_step
    late = arrangement.swing if round(place) % 2 == 1 and abs(place - round(place)) < 1e-6 else 0.0
    return note.start + late * arrangement.swing_step


def _channel_sound(arrangement: Arrangement, name: str, *, order: int, total: int) -> Stereo:
    channel = arrangement.channels[name]
    rng = np.random.default_rng([arrangement.seed, order, 1])
    buffer = np.zeros((2, total), dtype=np.float32)
    rendered: dict[tuple[int, float, int, int], Mono] = {}
    for place, event in enumerate(_events(arrangement, name)):
        sound = _rendered(rendered, event, channel, seed=(arrangement.seed, order, place % channel.takes))
        start = sample_count(max(0.0, event.start_s + rng.normal() * channel.loose_s))
        position = channel.pan + channel.width * (event.pitch - 60) / 24
        left, right = pan_gains(position)
        level = np.float32(event.velocity**1.4 * (1.0 + rng.normal() * 0.04))
        add_at(buffer, sound, start=start, gains=(left * level, right * level))
    for effect in channel.effects:
        buffer = effect(buffer)
    return buffer


def _rendered(
    cache: dict[tuple[int, float, int, int], Mono],
    event: _Event,
    channel: Channel,
    *,
    seed: tuple[int, int, int],
) -> Mono:
    """Repeated notes are synthesised once a take: music repeats itself a great deal."""
    force = round(event.velocity * _VELOCITY_STEPS)
    key = (event.pitch, round(event.length_s, 4), force, seed[2])
    if key not in cache:
        rng = np.random.default_rng([*seed, event.pitch])
        frequency_hz = theory.frequency_hz(event.pitch)
        cache[key] = channel.instrument(Tone(frequency_hz, event.length_s, force / _VELOCITY_STEPS, rng))
    return cache[key]


def _pump(arrangement: Arrangement, total: int) -> Mono:
    """1 at each stroke of the kick drum, back to 0 a quarter of a second later."""
    dip = np.linspace(1.0, 0.0, sample_count(_DUCK_S), dtype=np.float32) ** 1.5
    curve = np.zeros(total, dtype=np.float32)
    for event in _events(arrangement, _KICK):
        start = sample_count(event.start_s)
        room = min(dip.size, total - start)
        np.maximum(curve[start : start + room], dip[:room], out=curve[start : start + room])
    return curve
