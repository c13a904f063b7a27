"""The terminal of `make run`: one line at a time, marked with the time and the process that says it."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
"""Foreground colours of ECMA-48 (SGR), in the order of the processes."""


@dataclass(frozen=True)
class Console:
    """Where lines go. `colours` gives a process its colour; without one it is printed plainly."""

    stream: TextIO
    colours: Mapping[str, int]
    width: int

    @classmethod
    def for_names(cls, names: list[str], *, stream: TextIO = sys.stdout) -> "Console":
        """Colours on a terminal only, and not where NO_COLOR is set (no-color.org)."""
        wanted = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)} if wanted else {}
        return cls(stream, colours, max([7, *map(len, names)]))

    def line(self, name: str, text: str) -> None:
        """Print `12:00:00 name    | text`, in local time."""
        mark = f"{datetime.now().astimezone():%H:%M:%S} {name:{self.width}} |"
        if colour := self.colours.get(name):
            mark = f"\033[{colour}m{mark}\033[0m"
        self.say(f"{mark} {text}")

    def say(self, text: str) -> None:
        """Print a line as it is. A terminal that was closed is no reason to stop in disorder."""
        try:
            print(text, file=self.stream, flush=True)
        except OSError:
            self._let_go()

    def _let_go(self) -> None:
        """Point the stream at nothing: what it still holds would be an error again when Python ends."""
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, self.stream.fileno())
        os.close(nothing)
