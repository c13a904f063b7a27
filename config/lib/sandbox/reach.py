"""What a program over bytes that nobody trusts can reach: by this machine's means, and in files."""

import functools
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from config.lib.sandbox import landlock, seccomp

# Where systems keep programs and the libraries that they load: nothing of anybody's own. Narrower than /usr, below
# which an installation may lie with all it keeps.
SYSTEM = (
    "/bin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec",
    "/usr/local/bin", "/usr/local/lib", "/nix/store", "/gnu/store", "/etc/ld.so.cache",
    "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom",
)  # fmt: skip
# The interpreter that runs this, its library and its packages.
INTERPRETER = (
    Path(sys.executable), Path(sys.prefix, "pyvenv.cfg"),
    *(Path(prefix, name) for prefix in {sys.prefix, sys.base_prefix} for name in ("bin", "lib", "lib64")),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Protections:
    """What this machine can do: version of its Landlock rules (0: none), and whether it takes seccomp filters."""

    landlock: int
    seccomp: bool


@functools.cache
def protections() -> Protections:
    """What this machine can do. Asked once a process."""
    return Protections(landlock=landlock.version(), seccomp=seccomp.is_available())


def uses_of(program: str) -> list[str]:
    """Files and folders that the program may read and run: itself, the system's libraries, and those beside it.

    Where it needs others, SANDBOX_LIBRARIES names them, with colons between.
    """
    named = os.environ.get("SANDBOX_LIBRARIES", "").split(":")
    return [*SYSTEM, program, str(Path(program).resolve().parent.parent / "lib"), *filter(None, named)]


def order(program: str, *, reads: Sequence[Path]) -> dict[str, object]:
    """What the launcher is told of the reach of `program`, which may read the files and folders `reads` too."""
    means = protections()
    return {
        "landlock": means.landlock,
        "seccomp": means.seccomp,
        "uses": uses_of(program),
        "reads": [str(path.absolute()) for path in reads],
    }
