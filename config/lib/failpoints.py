"""Places at which a process of the proofs dies: as if somebody had killed it with -9 at exactly that moment.

`settings.FAILPOINTS` names a folder; a file in it, named like a place, lets the next process that comes by die, once.
The settings of production know no such folder, and refuse to start with EARSHOT_FAILPOINTS.
"""

import os
import signal
from pathlib import Path

from django.conf import settings


def reach(place: str, *, fraction: float = 1.0) -> None:
    """Die here if the file `place` says so: at once when it is empty, else from the fraction on that it holds."""
    if not settings.FAILPOINTS:
        return
    armed = Path(settings.FAILPOINTS) / place
    try:
        if fraction < float(armed.read_text() or 0):
            return
        taken = armed.rename(armed.with_suffix(".taken"))  # of several processes one
        taken.write_text(f"{fraction:.2f}")
    except (FileNotFoundError, ValueError):
        return
    os.kill(0, signal.SIGKILL)  # the whole group, as a machine does that loses its power
