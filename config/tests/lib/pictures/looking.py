"""Runs the very program that requests start over one file, in its sandbox, and looks at what comes out."""

import base64
import io
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from config.lib.pictures import taking
from config.lib.pictures.images import VARIANTS
from config.tests.lib.pictures.makers import CANARY

PROJECT = Path(__file__).resolve().parents[4]
# A process that is small itself starts the program: what a child once shared with its parent counts as the child's.
STARTER = """
import json, resource, sys
from pathlib import Path
project, told = sys.argv[1:]
sys.path.insert(0, project)
from config.lib.sandbox.errors import ProgramFailed
from config.lib.sandbox.limits import Limits
from config.lib.sandbox.running import run
order, answer = json.loads(told), bytearray()
reads = [Path(path) for path in order["reads"]]
try:
    run(order["argv"], limits=Limits(**order["limits"]), workdir=Path(order["workdir"]), reads=reads, on_stdout=answer.extend)
    told = json.loads(answer)
except ProgramFailed as failure:
    told = {"refused": failure.fault}
print(json.dumps({**told, "peak_kib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}))
"""  # noqa: E501 -- a program in a text


@dataclass(frozen=True, kw_only=True)
class Seen:
    """`refused`: the reason, or "". `pictures`: variant -> what it shows, in RGB."""

    refused: str
    pictures: dict[str, Image.Image]
    color: str
    peak_mib: float
    seconds: float


def look(content: bytes, *, folder: Path) -> Seen:
    """Let the program have the bytes; every variant is WebP, of a size that fits, and has nothing but pixels in it."""
    taking.lend_code(folder)
    (folder / "source").write_bytes(content)
    order = {
        "argv": taking.command(folder),
        "limits": vars(taking.LIMITS),
        "workdir": str(folder),
        "reads": [str(path) for path in taking.READS],
    }
    started = time.monotonic()
    starter = [sys.executable, "-I", "-S", "-c", STARTER, str(PROJECT), json.dumps(order)]
    told = json.loads(subprocess.run(starter, check=True, capture_output=True, timeout=60).stdout)
    seconds = time.monotonic() - started
    refused = told.get("refused", "")
    pictures = {} if refused else {name: plain((folder / name).read_bytes()) for name in VARIANTS}
    if not refused:
        sized(pictures)
        plain(base64.b64decode(told["placeholder"].partition(",")[2]))
    return Seen(
        refused=refused,
        pictures=pictures,
        color=told.get("color", ""),
        peak_mib=told["peak_kib"] / 1024,
        seconds=seconds,
    )


def plain(content: bytes) -> Image.Image:
    """The picture in a WebP file that consists of pixels alone: no EXIF, XMP, ICC, nor any other chunk."""
    assert (content[:4], content[8:12]) == (b"RIFF", b"WEBP")
    assert int.from_bytes(content[4:8], "little") + 8 == len(content)
    assert content[12:16] == b"VP8 "
    assert 20 + int.from_bytes(content[16:20], "little") in {len(content), len(content) - 1}
    assert CANARY.encode() not in content
    image = Image.open(io.BytesIO(content), formats=["WEBP"])
    assert not image.getexif()
    return image.convert("RGB")


def sized(pictures: dict[str, Image.Image]) -> None:
    """The sizes of the contract."""
    assert pictures["thumb.webp"].size == (150, 150)
    for name, most in (("medium.webp", 600), ("large.webp", 1200)):
        width, height = pictures[name].size
        assert width <= most
        assert height <= 4 * most


def near(one: tuple[int, ...], other: tuple[int, ...], *, by: int = 12) -> bool:
    """Whether two colours are the same but for what WebP does to them."""
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))
