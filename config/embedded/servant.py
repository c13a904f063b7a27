"""PostgreSQL refuses to run as root: there it runs as nobody, with no user made and no folder opened."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from config.embedded.refusals import Refusal

NOBODY = 65534

CAP_DAC_OVERRIDE = 1
CAP_SETPCAP = 8
"""Bit numbers in capabilities(7)."""


def as_servant(command: Sequence[str]) -> list[str]:
    """The command line that runs `command` without being root. Raises `Refusal` where setpriv is missing.

    As root it becomes `nobody`, with the one capability to reach files below folders that are root's alone (a
    checkout in /root). Securebits keep that capability in force where the server asks access(2).
    """
    if os.geteuid() != 0:
        return list(command)
    if not shutil.which("setpriv"):
        raise Refusal(
            "PostgreSQL does not run as root, and setpriv is missing: `apt install util-linux`, run this as "
            "an ordinary user, or set DATABASE_URL."
        )
    plain = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if not _may(CAP_DAC_OVERRIDE) or not _may(CAP_SETPCAP):
        return [*plain, "--", *command]
    reach = "-all,+dac_override"
    kept = ["--securebits=+no_setuid_fixup", f"--inh-caps={reach}", f"--ambient-caps={reach}"]
    return [*plain, *kept, "--", *command]


def give_to_servant(folder: Path) -> None:
    """Let the servant own a folder: PostgreSQL demands to own its data."""
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)


def _may(capability: int) -> bool:
    """Whether this process holds a capability (a hardened container takes some from root)."""
    status = Path("/proc/self/status").read_text()
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> capability & 1)
