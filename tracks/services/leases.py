"""What whoever works on a sound does beside the work: beat, and write on the timeline. Both end with the lease."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.utils import timezone

from config.lib import failpoints, leases
from config.lib.leases import LeaseLost
from config.lib.realtime import push
from tracks.choices import StageName, StageState
from tracks.frames import processing_progress
from tracks.metrics import timed
from tracks.models import ProcessingStage, Sound
from tracks.services.queue import beat

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
        failpoints.reach("transcode", fraction=fraction)
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + PROGRESS_EVERY_S
            self.tell(min(1.0, max(0.0, fraction)))

    def tell(self, progress: float) -> None:
        """The rows first: they are the record, the frame a hint."""
        mark(self.sound, *self.names, progress=progress)
        track, name = self.sound.track, self.names[0]
        push(f"user:{track.owner_id}", processing_progress(track_id=track.pk, stage=name, progress=progress))


class Heartbeat(leases.Heartbeat):
    """The heart of whoever works on a sound."""

    def __init__(self, sound: Sound) -> None:
        super().__init__(name=f"heartbeat-{sound.pk}")
        self.sound = sound

    def beat(self) -> bool:
        return beat(sound=self.sound, at=timezone.now())
