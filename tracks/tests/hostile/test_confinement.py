"""A program that a file has taken over reaches nothing: tried inside the very sandbox that jobs use."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.lib.sandbox import landlock, reach
from config.lib.sandbox.reach import INTERPRETER, Protections
from tracks.audio.errors import AudioRefused
from tracks.audio.limits import SourceLimits
from tracks.audio.probe import probe
from tracks.tests.hostile import intruder
from tracks.tests.hostile.listening import Listener

# What a kernel says to a call that was taken away, and to a file that no rule allows.
CALLS, FILES = "EPERM", "EACCES"
EXPECTED = {
    "connect by TCP": CALLS,
    "send by UDP": CALLS,
    "connect to a local service": CALLS,
    "ask the kernel for a ring": CALLS,
    "read /etc/passwd": FILES,
    "read a neighbour's job": FILES,
    "list the jobs": FILES,
    "read a neighbour's original": FILES,
    "list the media": FILES,
    "write into a neighbour's original": FILES,
    "leave something among the media": FILES,
    "write into its source": FILES,
    "cut its source": CALLS,
    "empty its source by opening it": CALLS,
    "link to its source and write": "EXDEV",
    "let everybody write its source": CALLS,
    "give its source away": CALLS,
    "mark its source": CALLS,
    "change its source's times": CALLS,
    "rename its source": FILES,
    "leave a link for its worker to follow": FILES,
    "read its worker's environment": FILES,
    "read its worker's memory": CALLS,
    "trace its worker": CALLS,
    "signal its worker": CALLS,
    "hold its worker": CALLS,
    "limit its worker": CALLS,
    "slow its worker down": CALLS,
    "become root in a room of its own": CALLS,
    "hide memory in a file": CALLS,
    "hide memory between processes": CALLS,
    "hide a file from whoever counts": CALLS,
    "start 200 processes": CALLS,
    "write past its limit": "EFBIG",
    "take more memory than its limit": "MemoryError",
}
# Bounded by limits that every Linux has.
BY_LIMITS = {"write past its limit", "take more memory than its limit"}
# Kept by other means on some machines (Yama, sysctls, file systems), or answered with an error for their arguments.
BY_OTHERS = {
    "ask the kernel for a ring",
    "read its worker's environment",
    "trace its worker",
    "slow its worker down",
    "become root in a room of its own",
    "mark its source",
}
THEIRS, OWN = b"a neighbour's sound", b"its own sound"


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path: that of a local socket has a hundred bytes."""
    folder = Path("/tmp") / f"intruder-{os.getpid()}"  # noqa: S108 -- removed below
    folder.mkdir(mode=0o700)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def listener(place: Path) -> Iterator[Listener]:
    with Listener(place) as running:
        yield running


@pytest.fixture
def bystander() -> Iterator[int]:
    """A process of the same user that has nothing to do with it."""
    process = subprocess.Popen(["/bin/sleep", "120"])
    yield process.pid
    process.kill()
    process.wait()


@pytest.fixture
def media(place: Path) -> Path:
    """What is stored, its own original and a neighbour's, and what jobs of both have of it."""
    for folder in ("media", "jobs/neighbour/out", "jobs/own/out"):
        (place / folder).mkdir(parents=True)
    stored = place / "media"
    (stored / "neighbour").write_bytes(THEIRS)
    (stored / "own").write_bytes(OWN)
    (place / "jobs/neighbour/out/aac.mp4").write_bytes(b"a neighbour's rendition")
    os.link(stored / "own", place / "jobs/own/source")  # as storage gives it to a job
    return stored


@pytest.fixture
def intrude(
    place: Path, media: Path, listener: Listener, bystander: int, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], dict[str, str]]:
    """Lets the intruder be the ffmpeg that a job starts; answers with its report."""
    programs = place / "programs"
    programs.mkdir()
    targets = {
        "tcp": listener.tcp.getsockname(),
        "udp": listener.udp.getsockname(),
        "unix": listener.unix.getsockname(),
        "worker": os.getpid(),
        "bystander": bystander,
        "neighbour": str(place / "jobs/neighbour"),
        "media": str(media),
        "original": str(media / "neighbour"),
    }
    (programs / "targets.json").write_text(json.dumps(targets))
    program = programs / "ffmpeg"
    program.write_text(f"#!{sys.executable} -IS\n{Path(intruder.__file__).read_text()}")
    program.chmod(0o700)
    monkeypatch.setenv("FFMPEG_BINARY", str(program))
    monkeypatch.setenv("SANDBOX_LIBRARIES", ":".join(map(str, [*INTERPRETER, programs])))

    def run() -> dict[str, str]:
        own = place / "jobs/own"
        with pytest.raises(AudioRefused):  # it finds no sound
            probe(own / "source", limits=SourceLimits(), workdir=own / "out")
        told: dict[str, str] = json.loads((own / "out/report.json").read_text())
        return told

    return run


def test_a_program_that_was_taken_over_reaches_nothing(intrude, listener, media):
    assert intrude() == EXPECTED
    assert listener.settle() == []
    assert {path.name: path.read_bytes() for path in media.iterdir()} == {"neighbour": THEIRS, "own": OWN}


@pytest.mark.parametrize(
    ("protections", "refused_with"),
    [
        (Protections(landlock=landlock.version(), seccomp=False), FILES),
        (Protections(landlock=1, seccomp=False), FILES),
        (Protections(landlock=0, seccomp=True), CALLS),
    ],
    ids=["Landlock", "the first Landlock", "seccomp"],
)
def test_each_protection_holds_by_itself(intrude, monkeypatch, protections, refused_with):
    monkeypatch.setattr(reach, "protections", lambda: protections)
    told = intrude()
    expected = {name: answer for name, answer in EXPECTED.items() if answer == refused_with}
    assert {name: told[name] for name in expected} == expected


def test_without_protections_the_same_attempts_succeed(intrude, listener, monkeypatch):
    """So they are real ones, and so is the listener that hears them."""
    monkeypatch.setattr(reach, "protections", lambda: Protections(landlock=0, seccomp=False))
    told = intrude()
    assert {name for name, answer in told.items() if answer != "done"} <= BY_LIMITS | BY_OTHERS
    assert sorted(line.split()[0] for line in listener.settle()) == ["tcp", "udp", "unix"]
