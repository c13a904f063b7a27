"""Ctrl-C once or twice, SIGTERM from make, SIGHUP from a closed terminal: each means one clean stop."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

Handler = Callable[[int, FrameType | None], object] | signal.Handlers

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class StopSignal:
    """Hears the first of them and is deaf to the rest: a second Ctrl-C must not break the stopping.

    Outside of an event loop the first one raises `KeyboardInterrupt`; within `awaited` it sets the event.
    """

    heard: bool = field(default=False, init=False)
    waiting: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = field(default=None, init=False)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen, and put the former handlers back at the end."""
        with handled(self._hear, *STOP_SIGNALS):
            yield

    @contextmanager
    def awaited(self, event: asyncio.Event) -> Iterator[None]:
        """Let a signal set the event of the running loop."""
        self.waiting = (asyncio.get_running_loop(), event)
        try:
            yield
        finally:
            self.waiting = None

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self.heard:
            return
        self.heard = True
        if self.waiting is None:
            raise KeyboardInterrupt
        loop, event = self.waiting
        loop.call_soon_threadsafe(event.set)


@contextmanager
def interruptible() -> Iterator[None]:
    """Make SIGTERM and SIGHUP end this process the way Ctrl-C does: by unwinding."""
    with handled(signal.default_int_handler, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def deaf() -> Iterator[None]:
    """Hear none of them for a short while: a second Ctrl-C must not leave half of a clean-up."""
    with handled(signal.SIG_IGN, *STOP_SIGNALS):
        yield


@contextmanager
def handled(handler: Handler, *numbers: signal.Signals) -> Iterator[None]:
    """Handle the signals so, and put the former handlers back at the end. From the main thread only."""
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
