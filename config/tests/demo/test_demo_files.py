"""Files, tags and covers, read back from the disk."""

import io
import subprocess
import wave
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from PIL import Image

from config.demo import cast
from config.demo.artwork import SIDE_PX, cover_jpeg
from config.demo.catalogue import PIECES, Piece, piece_cover, write_piece
from config.demo.encoding import FileFormat, write_sound
from config.demo.music import mastering
from config.demo.music.pieces import ARRANGEMENTS
from config.demo.music.samples import time_axis
from config.demo.tagging import Tags, write_tags
from tracks.audio.ffmpeg import ffmpeg_binary


def _small_jpeg() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(file, "JPEG")
    return file.getvalue()


TAGS = Tags(
    title="Ebbe und Föhn",
    artist="Mara Quill",
    album="Windows",
    genre="Ambient",
    date="2026-02-06",
    bpm=66,
    key="Am",
    comment="Before light.",
    cover=_small_jpeg(),
)
ID3 = {
    "title": "TIT2",
    "artist": "TPE1",
    "album": "TALB",
    "genre": "TCON",
    "date": "TDRC",
    "bpm": "TBPM",
    "key": "TKEY",
}
NAMES: dict[FileFormat, dict[str, str]] = {
    FileFormat.WAV: ID3,
    FileFormat.MP3: ID3,
    FileFormat.FLAC: {**{name: name for name in ID3}, "key": "initialkey"},
    FileFormat.M4A: {
        "title": "©nam",
        "artist": "©ART",
        "album": "©alb",
        "genre": "©gen",
        "date": "©day",
        "bpm": "tmpo",
    },
}


def _sine_pcm16() -> bytes:
    sine = np.sin(2 * np.pi * 440 * time_axis(2.0)).astype(np.float32) * np.float32(0.5)
    return mastering.as_pcm16(np.stack([sine, sine]), seed=1)


def _cover(file: Any) -> bytes:
    if "covr" in file:
        return bytes(file["covr"][0])
    picture = file.pictures[0] if hasattr(file, "pictures") else file["APIC:"]
    return bytes(picture.data)


@pytest.fixture(params=list(FileFormat))
def file_format(request: pytest.FixtureRequest) -> FileFormat:
    return FileFormat(request.param)


@pytest.fixture
def song(tmp_path: Path, file_format: FileFormat) -> Path:
    """Two seconds of a tone, tagged."""
    path = tmp_path / f"song.{file_format}"
    write_sound(_sine_pcm16(), path, file_format=file_format)
    write_tags(path, TAGS, file_format=file_format)
    return path


def test_every_tag_is_read_back_as_it_was_written(song: Path, file_format: FileFormat) -> None:
    file = mutagen.File(song)
    read = {name: str(np.ravel(getattr(file[tag], "text", file[tag]))[0]) for name, tag in NAMES[file_format].items()}
    assert read == {name: str(getattr(TAGS, name)) for name in NAMES[file_format]}


def test_the_cover_is_read_back_byte_for_byte(song: Path) -> None:
    assert _cover(mutagen.File(song)) == TAGS.cover


def test_a_tagged_file_still_plays_to_its_end(song: Path) -> None:
    command = (ffmpeg_binary(), "-v", "error", "-i", str(song), "-map", "0:a", "-f", "s16le", "-ac", "2", "-")
    decoded = subprocess.run(command, check=True, capture_output=True, timeout=30)
    assert decoded.stderr == b""
    assert len(decoded.stdout) / 4 / 44_100 == pytest.approx(2.0, abs=0.06)


def test_a_sound_that_ffmpeg_cannot_write_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        write_sound(_sine_pcm16(), tmp_path / "no such folder" / "song.mp3", file_format=FileFormat.MP3)


def test_the_same_piece_is_written_with_the_same_bytes(tmp_path: Path) -> None:
    sketch = _piece("kitchen")
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert write_piece(sketch, folder=first).read_bytes() == write_piece(sketch, folder=second).read_bytes()


def test_a_piece_is_written_with_its_own_title_cover_and_sound(tmp_path: Path) -> None:
    waltz = _piece("waltz")
    path = write_piece(waltz, folder=tmp_path)
    file = mutagen.File(path)
    assert (str(file["TIT2"]), str(file["TPE1"]), str(file["TBPM"])) == (waltz.title, "Mara Quill", "140")
    assert _cover(file) == piece_cover(waltz)
    with wave.open(str(path)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (2, 2, 44_100)
        assert sound.getnframes() / 44_100 == pytest.approx(64.7, abs=0.1)


def _piece(score: str) -> Piece:
    return next(piece for piece in PIECES if piece.score == score)


def test_every_arrangement_is_in_the_catalogue_once() -> None:
    assert sorted(piece.score for piece in PIECES) == sorted(ARRANGEMENTS)


def test_one_piece_is_private_one_unlisted_and_the_rest_public() -> None:
    visibilities = sorted(piece.visibility for piece in PIECES)
    assert visibilities == ["private", *["public"] * (len(PIECES) - 2), "unlisted"]


def test_every_file_format_occurs() -> None:
    assert {piece.file_format for piece in PIECES} == set(FileFormat)


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.score)
def test_the_tempo_that_is_named_is_the_tempo_that_is_played(piece: Piece) -> None:
    assert piece.bpm == ARRANGEMENTS[piece.score].tempo_bpm


@pytest.mark.parametrize("artist", cast.ARTISTS, ids=lambda artist: artist.username)
def test_a_cover_is_square_colourful_and_always_the_same(artist: cast.Person) -> None:
    cover = cover_jpeg(artist=artist, title="A Title That Is Far Too Long for One Line", seed=9)
    image = Image.open(io.BytesIO(cover))
    assert (image.format, image.size) == ("JPEG", (SIDE_PX, SIDE_PX))
    assert np.asarray(image).std(axis=(0, 1)).min() > 20
    assert cover == cover_jpeg(artist=artist, title="A Title That Is Far Too Long for One Line", seed=9)


def test_no_two_covers_of_an_artist_are_drawn_alike() -> None:
    drawings = [
        np.asarray(Image.open(io.BytesIO(cover_jpeg(artist=cast.MARA, title="Same", seed=seed))), dtype=int)
        for seed in (1, 2)
    ]
    assert np.abs(drawings[0] - drawings[1]).mean() > 5
