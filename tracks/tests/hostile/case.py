"""What a hostile file is: its name, its bytes, and the one outcome that is right for it."""

import functools
import struct
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.lib.testing import write_tone
from tracks.audio.ffmpeg import ffmpeg_binary

SECOND_MS = 1000


@dataclass(frozen=True)
class Aims:
    """What files may name: a neighbour's stored original, seen from a job's folder, and a listener on loopback."""

    neighbour: Path
    url: str

    @property
    def relative(self) -> str:
        """The neighbour's original from the folder of any job, far enough up."""
        return "../" * 24 + str(self.neighbour).lstrip("/")


@dataclass(frozen=True)
class Refused:
    """It ends with this code (docs/failures.md)."""

    code: str

    def __str__(self) -> str:
        return f"refused {self.code}"


@dataclass(frozen=True)
class Ready:
    """It plays for so long, within 50 ms; `has_cover` where it brings a picture that is taken."""

    duration_ms: int = SECOND_MS
    has_cover: bool = False

    def __str__(self) -> str:
        return f"ready {self.duration_ms} ms"


@dataclass(frozen=True)
class Hostile:
    """A file under the name with which it comes. `why` says why what is accepted is harmless."""

    name: str
    make: Callable[[Aims], bytes]
    expected: Refused | Ready
    why: str = ""


def fixed(content: bytes) -> Callable[[Aims], bytes]:
    """The maker of bytes that name nobody."""
    return lambda _: content


@functools.cache
def tone(*, seconds: int = 1) -> bytes:
    """Some sound as WAV."""
    with tempfile.TemporaryDirectory() as folder:
        return write_tone(Path(folder, "tone.wav"), seconds=seconds).read_bytes()


@functools.cache
def encoded(name: str, *arguments: str, seconds: int = 1) -> bytes:
    """The tone as a file of that name, by ffmpeg's encoders."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "tone.wav"), Path(folder, name)
        source.write_bytes(tone(seconds=seconds))
        command = [ffmpeg_binary(), "-v", "error", "-i", str(source), "-map_metadata", "-1", *arguments, str(target)]
        subprocess.run(command, check=True, timeout=120)
        return target.read_bytes()


def wav(
    samples: bytes,
    *,
    channels: int = 1,
    rate: int = 44_100,
    bits: int = 16,
    kind: int = 1,
    align: int | None = None,
    says: int | None = None,
) -> bytes:
    """A WAV file whose header says what it is told to say; `says` is the length of the samples in bytes."""
    align = channels * bits // 8 if align is None else align
    said = len(samples) if says is None else says
    shape = struct.pack("<HHIIHH", kind, channels, rate, (rate * align) & 0xFFFFFFFF, align & 0xFFFF, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + shape + b"data" + struct.pack("<I", said) + samples
    return b"RIFF" + struct.pack("<I", min(0xFFFFFFFF, said + 36)) + body


def samples() -> bytes:
    """The tone's samples: a second, mono, 44,100 Hz, 16 bits."""
    return tone()[44:]


def box(kind: bytes, *content: bytes, size: int | None = None) -> bytes:
    """An MP4 box; `size` where it is to say another than it has."""
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8 if size is None else size) + kind + body


def replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    """The bytes with one part changed, which must be there."""
    assert old in content
    return content.replace(old, new, 1)
