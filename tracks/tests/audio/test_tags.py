"""Tags are plain, short, safe text; reading them never harms, whatever is in the file."""

# mypy: disable-error-code="no-untyped-call"
# mutagen has annotations on some of its functions only.

import base64
import io
import json
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import mutagen
import pytest
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, COMM, ID3, TCON, TDRC, TIT2
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggvorbis import OggVorbis
from PIL import Image

from config.lib.sandbox.limits import MEBIBYTE, Limits
from tracks.audio import tag_reader, tags
from tracks.audio.tags import Tags, clean_tags, clean_text, read_tags
from tracks.tests.audio.conftest import Encode

PLAIN = {
    "title": "Señal",
    "artist": "The Band",
    "album": "An Album",
    "genre": "Ambient",
    "date": "2024-05-17",
    "isrc": "DEA123456789",
}


def image(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, kind)
    return buffer.getvalue()


def picture(data: bytes, *, kind: int = 3) -> Picture:
    made = Picture()
    made.type, made.data, made.mime = kind, data, "image/png"
    return made


@pytest.mark.parametrize("name", ["x.mp3", "x.flac", "x.ogg", "x.opus", "x.wma", "x.aiff"])
def test_every_format_tells_its_tags(encode: Encode, workdir: Path, name: str) -> None:
    named = {**PLAIN, **({"TSRC": PLAIN["isrc"]} if name in {"x.mp3", "x.aiff"} else {})}
    metadata = [part for key, text in named.items() for part in ("-metadata", f"{key}={text}")]
    encoder = ["-c:a", "libvorbis"] if name == "x.ogg" else ["-write_id3v2", "1"] if name == "x.aiff" else []
    source = encode(name, *metadata, *encoder, rate=48_000, seconds=0.5)
    read = vars(read_tags(source.rename(workdir / "source"), workdir=workdir))
    assert {key: read[key] for key in PLAIN} == PLAIN
    assert [path.name for path in workdir.iterdir()] == ["source"]


def test_id3_frames_are_read_by_their_meaning(encode: Encode, workdir: Path) -> None:
    source = encode("x.mp3", seconds=0.5)
    frames = ID3()
    frames.add(TIT2(encoding=1, text=["One", "Two"]))
    frames.add(TCON(encoding=3, text=["(17)"]))
    frames.add(TDRC(encoding=3, text=["2001-02"]))
    frames.add(COMM(encoding=3, lang="eng", desc="x", text=["A remark"]))
    frames.add(APIC(encoding=3, mime="image/png", type=4, desc="back", data=image("JPEG")))
    frames.add(APIC(encoding=3, mime="image/png", type=3, desc="front", data=image()))
    frames.save(source)
    read = read_tags(source, workdir=workdir)
    assert (read.title, read.genre, read.date, read.comment) == ("One", "Rock", "2001-02", "A remark")
    assert read.cover == image()


def test_mp4_atoms_are_read_by_their_meaning(encode: Encode, workdir: Path) -> None:
    source = encode("x.m4a", seconds=0.5)
    file = MP4(source)
    file["©nam"], file["tmpo"] = ["Title"], [128]
    file["----:com.apple.iTunes:initialkey"] = [MP4FreeForm(b"8A")]
    file["covr"] = [MP4Cover(image("JPEG"), imageformat=MP4Cover.FORMAT_JPEG)]
    file.save()
    read = read_tags(source, workdir=workdir)
    assert (read.title, read.bpm, read.key) == ("Title", "128", "8A")
    assert read.cover == image("JPEG")


def test_covers_of_flac_and_ogg_are_found(encode: Encode, workdir: Path) -> None:
    flac = encode("x.flac", seconds=0.5)
    file = FLAC(flac)
    file.add_picture(picture(image("WEBP"), kind=0))
    file["title"] = "Title"
    file.save()
    assert read_tags(flac, workdir=workdir).cover == image("WEBP")
    ogg = encode("x.ogg", "-c:a", "libvorbis", seconds=0.5)
    vorbis = OggVorbis(ogg)
    vorbis["metadata_block_picture"] = [base64.b64encode(picture(image()).write()).decode()]
    vorbis.save()
    assert read_tags(ogg, workdir=workdir).cover == image()


@pytest.mark.parametrize("data", [b"<svg onload='x'/>", b"", b"\x89PNG\r\n\x1a\n" + bytes(10_000_001)])
def test_a_cover_that_is_no_picture_or_too_large_is_left_out(encode: Encode, workdir: Path, data: bytes) -> None:
    source = encode("x.mp3", seconds=0.5)
    frames = ID3()
    frames.add(TIT2(encoding=3, text=["Title"]))
    frames.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=data))
    frames.save(source)
    read = read_tags(source, workdir=workdir)
    assert (read.title, read.cover) == ("Title", None)


@pytest.mark.parametrize(
    "content",
    [b"", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"fLaC" + b"\xff" * 5000, b"OggS" + bytes(5000), b"hello"],
)
def test_a_file_that_no_parser_understands_has_no_tags(workdir: Path, content: bytes) -> None:
    (workdir / "source").write_bytes(content)
    assert read_tags(workdir / "source", workdir=workdir) == Tags()


def parser(monkeypatch: pytest.MonkeyPatch, path: Path, code: str) -> None:
    """Let another program stand where the tag parser is, one that behaves as a broken parser does."""
    path.write_text(code)
    monkeypatch.setattr(tag_reader, "__file__", str(path))


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import os; os.kill(os.getpid(), 11)",
        "import os; os.kill(os.getpid(), 9)",
        "raise SystemExit(5)",
        "bytearray(1 << 40)",
        "print('[1, 2]')",
        "print('{not json')",
        "print('{\"title\": \"' + 'x' * 3_000_000 + '\"}')",
        'print(\'{"title": 5, "cover": "x", "unknown": "x"}\')',
    ],
)
def test_a_parser_that_crashes_hangs_or_talks_nonsense_means_no_tags(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    parser(monkeypatch, workdir / "parser.py", code)
    limits = Limits(wall_seconds=1, cpu_seconds=5, memory_bytes=256 * MEBIBYTE)
    assert read_tags(workdir / "source", workdir=workdir, limits=limits) == Tags()


def test_a_cover_that_is_a_link_is_not_followed(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (workdir / "secret").write_bytes(image())
    parser(monkeypatch, workdir / "parser.py", "import os, sys; os.symlink('secret', sys.argv[2])")
    assert read_tags(workdir / "source", workdir=workdir).cover is None
    assert (workdir / "secret").exists()


@pytest.mark.parametrize(
    ("said", "clean"),
    [
        ("  two   words\r\n\tand more ", "two words and more"),
        ("zero\x00byte", "zero byte"),
        ("bell\x07 and escape\x1b[31m", "bell and escape[31m"),
        ("gnp.\u202etxet\u202c", "gnp.txet"),
        ("\u2066isolated\u2069\u200f\ufeff", "isolated"),
        ("e\u0301", "é"),
        ("e\u200e\u0301", "é"),
        ("line\u2028separator", "line separator"),
        ("private\ue000 surrogate\ud800 unassigned\U000e0fff", "private surrogate unassigned"),
        ("👩\u200d🚀 नमस्ते 日本", "👩\u200d🚀 नमस्ते 日本"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 300, "x" * 200),
    ],
)
def test_text_is_plain_and_short(said: str, clean: str) -> None:
    assert clean_text(said, characters=200) == clean
    assert unicodedata.is_normalized("NFC", clean)


def test_a_comment_may_be_longer() -> None:
    said = json.dumps({"title": "x" * 3000, "comment": "x" * 3000}).encode()
    assert {name: len(text) for name, text in clean_tags(said).items()} == {"title": 200, "comment": 2000}


@pytest.mark.parametrize("name", ["x.flac", "x.mp3", "x.m4a", "x.ogg"])
def test_the_reader_prints_what_it_finds(
    encode: Encode, workdir: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    codec = ["-c:a", "libvorbis"] if name == "x.ogg" else []
    source = encode(name, "-metadata", "title=Title", *codec, seconds=0.5)
    add_cover(source)
    assert tag_reader.main([str(source), str(workdir / "cover")]) == 0
    assert json.loads(capsys.readouterr().out) == {"title": "Title"}
    assert (workdir / "cover").read_bytes() == image()


def add_cover(source: Path) -> None:
    """Put a picture into a file in the way of its format."""
    file = mutagen.File(source)
    if source.suffix == ".flac":
        file.add_picture(picture(image()))
    elif source.suffix == ".mp3":
        file.tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=image()))
    elif source.suffix == ".m4a":
        file["covr"] = [MP4Cover(image(), imageformat=MP4Cover.FORMAT_PNG)]
    else:
        file["metadata_block_picture"] = [base64.b64encode(picture(image()).write()).decode()]
    file.save()


def test_the_reader_writes_no_cover_where_none_fits(workdir: Path) -> None:
    file = ModuleType("file")
    file.tags = {"covr": [b"", bytes(tag_reader.MAX_COVER_BYTES + 1)]}  # type: ignore[attr-defined]
    tag_reader.write_cover(file, workdir / "cover")
    assert not (workdir / "cover").exists()


def test_the_reader_prints_nothing_of_a_file_without_tags(workdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (workdir / "source").write_bytes(b"hello")
    assert tag_reader.main([str(workdir / "source"), str(workdir / "cover")]) == 0
    assert capsys.readouterr().out == "{}"
    assert not (workdir / "cover").exists()


class Broken(dict[str, object]):
    """Tags of which one cannot be read."""

    def __getitem__(self, name: str) -> object:
        if name == "artist":
            raise ValueError(name)
        return super().__getitem__(name)


def test_one_broken_tag_does_not_hide_the_others() -> None:
    assert tag_reader.collect(Broken(artist=["x"], album=[""], title=["", "Second"])) == {"title": "Second"}


def test_a_front_cover_comes_before_other_pictures(workdir: Path) -> None:
    file = ModuleType("file")
    file.pictures = [picture(b"back", kind=4), picture(b"front")]  # type: ignore[attr-defined]
    file.tags = {"covr": [b"other"]}  # type: ignore[attr-defined]
    tag_reader.write_cover(file, workdir / "cover")
    assert (workdir / "cover").read_bytes() == b"front"


def test_tags_hold_no_more_than_the_reader_may_print() -> None:
    kept = tags.Bounded()
    for _ in range(5):
        kept.feed(b"x" * MEBIBYTE)
    assert len(kept.data) == tags.MAX_JSON_BYTES + 1
    assert clean_tags(kept.data) == {}
    assert sys.getsizeof(kept.data) < 3 * MEBIBYTE
