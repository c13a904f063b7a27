"""Keeps several programs running: restarts what died, stops everything in order.

A child that dies is started again after a pause (`backoff`), the others go on. One that cannot live at all
ends the whole run with a sentence that names its log.
"""

import asyncio
import itertools
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import leftovers
from config.embedded.backoff import PATIENCE, Backoff
from config.embedded.child import Child, Program
from config.embedded.console import Console
from config.embedded.places import Places

OURS = "earshot"
"""The name under which the supervisor itself speaks."""


@dataclass
class Supervisor:
    """Runs programs until `stop` is set. All of it happens in the main thread's event loop."""

    places: Places
    environment: Mapping[str, str]
    console: Console
    new_backoff: Callable[[], Backoff] = Backoff
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    failure: str = field(default="", init=False)
    children: dict[str, Child] = field(default_factory=dict, init=False)
    starts: Iterator[int] = field(default_factory=itertools.count, init=False)

    async def keep(self, program: Program) -> None:
        """Run a program again and again until `stop`; one that dies at once every time stops everything."""
        loop = asyncio.get_running_loop()
        backoff = self.new_backoff()
        while not self.stop.is_set():
            born = loop.time()
            code = await self.once(program)
            if self.stop.is_set():
                return
            pause = backoff.pause_after(loop.time() - born)
            if pause is None:
                self.give_up(f"{program.name} died {PATIENCE} times at once: see {self._log(program)}")
                return
            self.say(f"{program.name} {_how_it_ended(code)}; again in {pause:.3g} s")
            await self.stopped_within(pause)

    async def once(self, program: Program) -> int:
        """Run a program to its end; return its exit code (negative: the signal that ended it)."""
        child = Child.start(
            program,
            environment=self.environment,
            mark=leftovers.mark(self.places.home, program.name, next(self.starts)),
            log=self._log(program),
            write_line=lambda text: self.console.line(program.name, text),
        )
        self.children[program.name] = child
        try:
            return await child.ended()
        finally:
            del self.children[program.name]

    async def stop_all(self) -> None:
        """Stop every child, all at the same time. Safe to call twice."""
        self.stop.set()
        await asyncio.gather(*(child.stop() for child in self.children.values()))
        while self.children:
            await asyncio.sleep(0.01)

    def give_up(self, sentence: str) -> None:
        """Stop everything because of what the sentence says."""
        self.failure = self.failure or sentence
        self.stop.set()

    def say(self, text: str) -> None:
        self.console.line(OURS, text)

    async def stopped_within(self, seconds: float) -> bool:
        """Wait so long, or until `stop`; return whether it is set."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stop.wait(), seconds)
        return self.stop.is_set()

    def _log(self, program: Program) -> Path:
        return self.places.logs / f"{program.name}.log"


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended with code {code}"
