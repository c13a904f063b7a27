"""What a file says about itself, as plain text that is safe to show. Never a reason to refuse a file."""

import json
import re
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from config.lib.sandbox.limits import MEBIBYTE, Limits
from config.lib.sandbox.reach import INTERPRETER
from tracks.audio import sandbox, tag_reader
from tracks.audio.errors import AudioRefused, AudioRetryable

TAG_LIMITS = Limits(wall_seconds=15, cpu_seconds=10, memory_bytes=512 * MEBIBYTE, file_bytes=12 * MEBIBYTE)
MAX_JSON_BYTES = 2 * MEBIBYTE
COVER_FILE = "cover"
LINE_CHARACTERS = 200
COMMENT_CHARACTERS = 2000
IMAGE_STARTS = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)
# Marks that turn the direction of the text around them, so that it reads as something else (Unicode TR 36).
BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
INVISIBLE = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Plain texts, NFC, without control or direction marks, at most 200 characters (comment: 2,000); "" if
    absent.

    `cover` holds the bytes of a JPEG, PNG or WebP of at most 10 MB by its first bytes only: decode it with
    care.
    """

    title: str = ""
    artist: str = ""
    album: str = ""
    genre: str = ""
    date: str = ""
    bpm: str = ""
    key: str = ""
    isrc: str = ""
    comment: str = ""
    cover: bytes | None = None


class Bounded:
    """Keeps what a child prints, up to a limit; beyond it, nothing."""

    def __init__(self) -> None:
        self.data = b""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.data = (self.data + chunk)[: MAX_JSON_BYTES + 1]


def read_tags(source: Path, *, workdir: Path, limits: Limits = TAG_LIMITS) -> Tags:
    """Tags and cover of `source`, read by a child process in `workdir`, a private directory.

    A parser that crashes, runs out of time or memory, or talks nonsense means empty tags; nothing is raised
    for it.
    """
    cover, output = workdir / COVER_FILE, Bounded()
    command = [sys.executable, "-I", tag_reader.__file__, str(source.absolute()), str(cover)]
    reads = [*INTERPRETER, Path(tag_reader.__file__), source]
    try:
        sandbox.run(command, limits=limits, workdir=workdir, reads=reads, on_stdout=output.feed)
        return Tags(**clean_tags(output.data), cover=read_cover(cover))
    except (AudioRefused, AudioRetryable):
        return Tags()
    finally:
        cover.unlink(missing_ok=True)


def clean_tags(output: bytes) -> dict[str, str]:
    """The texts in the child's JSON, cleaned; none where it is not what it should be."""
    try:
        said = json.loads(output) if len(output) <= MAX_JSON_BYTES else {}
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {
        name: clean_text(text, characters=COMMENT_CHARACTERS if name == "comment" else LINE_CHARACTERS)
        for name, text in said.items()
        if name in tag_reader.NAMES and isinstance(text, str)
    }


def clean_text(text: str, *, characters: int) -> str:
    """Plain NFC text on one line: no control, direction, private or unassigned characters, single spaces."""
    spaced = " ".join(BIDI.sub("", text.replace("\x00", " ")).split())
    visible = "".join(char for char in spaced if unicodedata.category(char) not in INVISIBLE)
    return unicodedata.normalize("NFC", visible)[:characters].strip()


def read_cover(path: Path) -> bytes | None:
    """The picture that the child wrote, if its first bytes are those of a JPEG, PNG or WebP."""
    if not path.is_file() or path.is_symlink() or path.stat().st_size > tag_reader.MAX_COVER_BYTES:
        return None
    data = path.read_bytes()
    return data if IMAGE_STARTS.match(data) else None
