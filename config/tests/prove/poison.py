"""A file that kills or hangs whatever decodes it: real sound with a mark, and an ffmpeg that knows the mark."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.tests.prove.house import House
from tracks.audio.ffmpeg import ffmpeg_binary

HANG, CRASH = "hangs", "crashes"
NAME = "ffmpeg-that-knows-poison"
MARKS = {HANG: b"POISON THAT HANGS", CRASH: b"POISON THAT KILLS"}
# It looks into the source, and at whether it is to be decoded as a whole: the probe passes. It starts no process and
# sends no signal, for the sandbox lets it do neither.
STAND_IN = """#!{python} -ISB
import os, sys, time
words = sys.argv[1:]
if any("ebur128" in word for word in words):
    with open(words[words.index("-i") + 1].removeprefix("file:"), "rb") as source:
        head = source.read(200)
    if {hang!r} in head or {crash!r} in head:
        time.sleep(100_000)
os.execv({ffmpeg!r}, [{ffmpeg!r}, *words])
"""


def stand_in_ffmpeg(folder: Path) -> dict[str, str]:
    """The settings of a house in which a program that passes everything on but marked files is ffmpeg."""
    program, ffmpeg = folder / NAME, ffmpeg_binary()
    program.write_text(STAND_IN.format(python=sys.executable, hang=MARKS[HANG], crash=MARKS[CRASH], ffmpeg=ffmpeg))
    program.chmod(0o755)
    used = [str(Path(ffmpeg).parent), sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent)]
    return {"FFMPEG_BINARY": str(program), "SANDBOX_LIBRARIES": ":".join(used)}


@contextmanager
def reaper(house: House, *, how: str) -> Iterator[None]:
    """Kills what crashes, as a machine without memory does: from outside, for the sandbox lets nothing kill itself."""
    done = threading.Event()

    def reap() -> None:
        seen: set[int] = set()
        while not done.wait(1):
            # What passes on is ffmpeg itself by then.
            now = set(house.pids(NAME))
            for pid in seen & now:
                os.kill(pid, signal.SIGKILL)
            seen = now

    thread = threading.Thread(target=reap, daemon=True)
    if how == CRASH:
        thread.start()
    yield
    done.set()
    if how == CRASH:
        thread.join()


def poisoned(plain: Path, target: Path, *, how: str) -> Path:
    """The WAV file with a mark in a chunk that players pass over, before its sound."""
    content, mark = plain.read_bytes(), MARKS[how].ljust(18, b" ")
    chunk = b"note" + len(mark).to_bytes(4, "little") + mark
    header = content[:36]  # RIFF, its length, WAVE, and the chunk `fmt `
    whole = header + chunk + content[36:]
    target.write_bytes(whole[:4] + (len(whole) - 8).to_bytes(4, "little") + whole[8:])
    return target
