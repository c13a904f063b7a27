"""What whoever works on a row does beside the work: beat, so that the others see that somebody is at it."""

import logging
import threading
from contextvars import copy_context
from types import TracebackType
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Somebody else works on this row now, or nobody should: whoever notices lets go of it."""


class Heartbeat:
    """Beats beside the work, also while it waits for a storage or a program that says nothing.

    It cannot keep a hung job alive for ever: what runs inside needs a time limit of its own. A subclass says how it
    beats. `name` is that of its thread.
    """

    def __init__(self, *, name: str) -> None:
        self.name = name
        self.done = threading.Event()
        self.thread = threading.Thread(target=copy_context().run, args=(self.run,), name=name, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done.set()
        self.thread.join()

    def beat(self) -> bool:
        """Say that the work goes on; False when the lease was lost."""
        raise NotImplementedError

    def run(self) -> None:
        """Beat until the work is done or the lease is lost."""
        while not self.done.wait(settings.PROCESSING_HEARTBEAT_S) and self.beats():
            pass

    def beats(self) -> bool:
        """Beat once; False when the lease was lost. A database that does not answer now may do so at the next beat."""
        try:
            return self.beat()
        except DatabaseError:
            logger.exception("heartbeat_missed", extra={"heart": self.name})
            return True
        finally:
            connection.close()
