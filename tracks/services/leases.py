"""What whoever works on a sound does beside the work: beat, and write on the timeline. Both end with the lease."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from config.lib.realtime import push
from tracks.choices import StageName, StageState
from tracks.frames import processing_progress
from tracks.metrics import timed
from tracks.models import ProcessingStage, Sound
from tracks.services.queue import LeaseLost, beat

logger = logging.getLogger(__name__)

PROGRESS_EVERY_S = 0.5


@contextmanager
def stage(sound: Sound, *names: StageName) -> Iterator["Progress"]:
    """Lines of the timeline: running inside the block, done after it. Raises LeaseLost at either end."""
    mark(sound, *names, state=StageState.RUNNING, started_at=timezone.now(), finished_at=None)
    with ExitStack() as clocks:
        for name in names:
            clocks.enter_context(timed(name))
        yield Progress(sound, *names)
    mark(sound, *names, state=StageState.DONE, progress=1, finished_at=timezone.now())


def mark(sound: Sound, *names: StageName, **values: Any) -> None:
    """Write on lines of the timeline; raises LeaseLost, for then they tell of somebody else's work."""
    if not ProcessingStage.objects.filter(sound__in=Sound.objects.leased(sound), name__in=names).update(**values):
        raise LeaseLost


class Progress:
    """Writes how far stages are, at most twice a second, and tells the owner; stops the work whose lease was lost."""

    def __init__(self, sound: Sound, *names: StageName) -> None:
        self.sound = sound
        self.names = names
        self.next_at = 0.0

    def show(self, fraction: float) -> None:
        """`fraction` runs from 0 to 1. Raises LeaseLost."""
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + PROGRESS_EVERY_S
            self.tell(min(1.0, max(0.0, fraction)))

    def tell(self, progress: float) -> None:
        """The rows first: they are the record, the frame a hint."""
        mark(self.sound, *self.names, progress=progress)
        track, name = self.sound.track, self.names[0]
        push(f"user:{track.owner_id}", processing_progress(track_id=track.pk, stage=name, progress=progress))


class Heartbeat:
    """Beats beside the work, also while it waits for a storage or a program that says nothing.

    It cannot keep a hung job alive for ever: every program that runs inside has a time limit of its own.
    """

    def __init__(self, sound: Sound) -> None:
        self.sound = sound
        self.done = threading.Event()
        self.thread = threading.Thread(
            target=copy_context().run, args=(self.run,), name=f"heartbeat-{sound.pk}", daemon=True
        )

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done.set()
        self.thread.join()

    def run(self) -> None:
        """Beat until the work is done or the lease is lost."""
        while not self.done.wait(settings.PROCESSING_HEARTBEAT_S) and self.beats():
            pass

    def beats(self) -> bool:
        """Beat once; False when the lease was lost. A database that does not answer now may do so at the next beat."""
        try:
            return beat(sound=self.sound, at=timezone.now())
        except DatabaseError:
            logger.exception("heartbeat_missed", extra={"sound_id": self.sound.pk})
            return True
        finally:
            connection.close()
