"""From a bare python3 to a working .venv: `python3 config/embedded/bootstrap.py run|dev`.

Standard library only, and nothing that a python3 of 2018 could not read: it must get as far as its sentence.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TextIO

PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(PROJECT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")

RUN = "requirements-embedded.txt"
DEV = "requirements-dev.txt"
ENOUGH = {"run": (RUN, DEV), "dev": (DEV,)}
"""What has to be installed for a purpose: the first, or any of the others, which contain it."""


class Missing(Exception):
    """A sentence that says what to type."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in ENOUGH:
        say("usage: python3 config/embedded/bootstrap.py run|dev", stream=sys.stderr)
        return 2
    try:
        need_python(arguments)
        with alone():
            make_ready(ENOUGH[arguments[0]])
    except Missing as missing:
        say(str(missing), stream=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def need_python(arguments: list[str]) -> None:
    """Go on with a newer Python of this machine where this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        newer = shutil.which(name)
        if newer:
            os.execv(newer, [newer, os.path.abspath(__file__), *arguments])  # noqa: S606 -- no shell is needed
    version = ".".join(map(str, sys.version_info[:2]))
    raise Missing(
        f"this python3 is {version}, and Earshot needs 3.11 or newer: "
        "`apt install python3.11 python3.11-venv`, or PYTHON=/path/to/python3.11 make run"
    )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """`make run` and `make test` started together must not build the same .venv."""
    folder = os.open(PROJECT, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("another make prepares .venv; waiting for it")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make_ready(enough: Sequence[str]) -> None:
    """Leave a .venv in which one of these requirement files is installed as it stands."""
    works = venv_works()
    if works and any(is_installed(name) for name in enough):
        return
    begun = time.monotonic()
    if not works:
        make_venv()
    install(enough[0])
    with open(stamp(enough[0]), "w") as file:
        file.write(digest(enough[0]))
    say(f"ready after {time.monotonic() - begun:.1f} s")


def venv_works() -> bool:
    """Whether .venv has a Python that starts and is new enough."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return quietly([PYTHON, "-c", question]).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    """Make .venv anew, with uv where it is at hand: that needs no ensurepip."""
    uv = shutil.which("uv")
    if not uv:
        need_venv()
    if os.path.lexists(VENV):
        say("repairing .venv, which is broken")
        remove_venv()
    else:
        say("making .venv")
    made = quietly([uv, "venv", "--quiet", "--python", sys.executable, VENV] if uv else venv_command())
    if made.returncode:
        remove_venv()
        raise Missing(".venv could not be made:\n" + made.stdout)


def venv_command() -> list[str]:
    return [sys.executable, "-m", "venv", VENV]


def need_venv() -> None:
    try:
        import ensurepip  # noqa: F401, PLC0415 -- to see whether it is there
        import venv  # noqa: F401, PLC0415 -- to see whether it is there
    except ImportError:
        raise Missing(
            "this python3 cannot make a virtual environment: `apt install python3-venv`, then the same again."
        ) from None


def remove_venv() -> None:
    if os.path.islink(VENV):
        os.unlink(VENV)
    shutil.rmtree(VENV, ignore_errors=True)


def install(requirements: str) -> None:
    say(f"installing {requirements}")
    path = os.path.join(PROJECT, requirements)
    tried = []
    for command in installers():
        done = quietly([*command, "--require-hashes", "-r", path])
        if done.returncode == 0:
            return
        tried.append(done.stdout.strip())
    reasons = "\n".join(tried)
    raise Missing(
        f"{requirements} could not be installed:\n{reasons}\n"
        "Is there a network? For a package index of your own set PIP_INDEX_URL, then the same again."
    )


def installers() -> Iterator[list[str]]:
    """uv (ten times as fast), fetched where it is missing; then pip."""
    uv = shutil.which("uv", path=os.path.dirname(PYTHON)) or shutil.which("uv")
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not uv and quietly([*pip, "uv"]).returncode == 0:
        uv = shutil.which("uv", path=os.path.dirname(PYTHON))
    if uv:
        # Where Python may not keep what it compiles, each process would compile every package anew.
        compiled = ["--compile-bytecode"] if sys.dont_write_bytecode else []
        yield [uv, "pip", "install", "--quiet", "--python", PYTHON, *compiled]
    if quietly([PYTHON, "-m", "pip", "--version"]).returncode == 0:
        say("uv did not do it; trying pip, which takes longer" if uv else "installing with pip, which takes longer")
        yield pip


def is_installed(requirements: str) -> bool:
    try:
        with open(stamp(requirements)) as file:
            return file.read() == digest(requirements)
    except OSError:
        return False


def stamp(requirements: str) -> str:
    return os.path.join(VENV, ".installed-" + requirements)


def digest(requirements: str) -> str:
    with open(os.path.join(PROJECT, requirements), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def quietly(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command; what it prints is kept. uv asks where pip asks, unless it is told otherwise."""
    environment = dict(os.environ)
    if environment.get("PIP_INDEX_URL"):
        environment.setdefault("UV_DEFAULT_INDEX", environment["PIP_INDEX_URL"])
    return subprocess.run(  # noqa: S603 -- the commands above
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        check=False,
    )


def say(text: str, *, stream: TextIO = sys.stdout) -> None:
    print(f"earshot: {text}", file=stream, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
