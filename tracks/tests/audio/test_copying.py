"""What fits already is copied, and only what is beyond doubt."""

from dataclasses import replace
from pathlib import Path

import pytest

from tracks.audio.copying import copy_arguments
from tracks.audio.probe import SourceFacts, probe
from tracks.audio.renditions import AAC, MP3, OPUS, PREVIEW, Recipe
from tracks.tests.audio.conftest import SECONDS, Encode, decoded
from tracks.tests.audio.test_transcode import FACTS, LIMITS, lag_and_likeness, length_ms, work, work_all

FITTING = {
    AAC.kind: replace(FACTS, container="mp4", codec="aac", profile="LC", bitrate_bps=128_000),
    OPUS.kind: replace(FACTS, container="ogg", codec="opus", sample_rate_hz=48_000, bitrate_bps=96_000),
    MP3.kind: replace(FACTS, container="mp3", codec="mp3", bitrate_bps=128_000),
}


@pytest.mark.parametrize("recipe", [AAC, OPUS, MP3], ids=lambda recipe: recipe.kind)
def test_what_fits_is_copied_into_its_own_rendition_alone(recipe: Recipe) -> None:
    copied = [other.kind for other in (AAC, OPUS, MP3, PREVIEW) if copy_arguments(other, facts=FITTING[recipe.kind])]
    assert copied == [recipe.kind]


@pytest.mark.parametrize(
    ("kind", "differently"),
    [
        *((kind, {"sounds": 2}) for kind in FITTING),
        *((kind, {"channels": 6}) for kind in FITTING),
        *((kind, {"bitrate_bps": None}) for kind in FITTING),
        *((kind, {"bitrate_bps": 320_000}) for kind in FITTING),
        *((kind, {"bitrate_bps": 24_000}) for kind in FITTING),
        *((kind, {"container": "matroska"}) for kind in FITTING),
        (AAC.kind, {"profile": "HE-AAC"}),
        (AAC.kind, {"profile": ""}),
        (AAC.kind, {"sample_rate_hz": 22_050}),
        (AAC.kind, {"container": "aac", "profile": "Main"}),
        (MP3.kind, {"sample_rate_hz": 22_050}),
        (MP3.kind, {"codec": "mp2"}),
    ],
)
def test_what_does_not_fit_is_encoded(kind: str, differently: dict[str, object]) -> None:
    facts = replace(FITTING[kind], **differently)
    assert not any(copy_arguments(recipe, facts=facts) for recipe in (AAC, OPUS, MP3))


SOURCES = [
    ("x.m4a", ["-c:a", "aac", "-b:a", "160k"], 44_100, AAC),
    ("x.aac", ["-c:a", "aac", "-b:a", "160k"], 48_000, AAC),
    ("x.mp3", ["-c:a", "libmp3lame", "-b:a", "128k"], 44_100, MP3),
    ("x.opus", ["-c:a", "libopus", "-b:a", "96k"], 48_000, OPUS),
]


@pytest.mark.parametrize(("name", "encoder", "rate", "recipe"), SOURCES, ids=[row[0] for row in SOURCES])
def test_a_copy_is_as_long_as_the_sound_and_the_others_are_encoded(
    encode: Encode, workdir: Path, name: str, encoder: list[str], rate: int, recipe: Recipe
) -> None:
    source = encode(name, *encoder, rate=rate)
    first, further = work_all(source, out=workdir)
    assert [facts.kind for facts in (*first.renditions, *further) if facts.is_copy] == [recipe.kind]
    assert abs(length_ms(workdir / recipe.file) - SECONDS * 1000) <= 60
    _, likeness = lag_and_likeness(decoded(source)[:, 0], decoded(workdir / recipe.file)[:, 0])
    assert likeness > 0.99


def test_a_damaged_source_is_not_copied(encode: Encode, workdir: Path) -> None:
    data = bytearray(encode("x.aac", "-c:a", "aac", "-b:a", "160k", seconds=10).read_bytes())
    data[60_000:60_200] = bytes(range(200))
    (workdir / "source").write_bytes(data)
    facts = probe(workdir / "source", limits=LIMITS, workdir=workdir)
    assert copy_arguments(AAC, facts=facts)
    done = work(workdir / "source", out=workdir)
    assert not done.renditions[0].is_copy
    assert abs(length_ms(workdir / "aac.mp4") - done.duration_ms) <= 50


def test_a_stream_that_changes_its_shape_midway_is_not_copied(encode: Encode, workdir: Path) -> None:
    stereo = encode("stereo.aac", "-c:a", "aac", "-b:a", "160k", seconds=4).read_bytes()
    mono = encode("mono.aac", "-c:a", "aac", "-b:a", "80k", channels=1, rate=22_050, seconds=4).read_bytes()
    (workdir / "source").write_bytes(stereo + mono)
    assert not work(workdir / "source", out=workdir).renditions[0].is_copy


def test_two_sounds_in_one_file_are_counted(encode: Encode, workdir: Path) -> None:
    source = encode("two.m4a", "-map", "0:a", "-map", "0:a", "-c:a", "aac")
    facts: SourceFacts = probe(source, limits=LIMITS, workdir=workdir)
    assert (facts.sounds, facts.profile) == (2, "LC")
