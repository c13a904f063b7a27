"""An uploaded file becomes sound that plays: probe, one decode, record."""

import hashlib
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from config.lib import storage
from config.lib.realtime import push
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.limits import SourceLimits
from tracks.audio.probe import probe
from tracks.audio.tags import read_tags
from tracks.audio.transcode import Transcoded, transcode
from tracks.choices import StageName, StageState
from tracks.frames import processing_progress
from tracks.metrics import QUEUE_SECONDS, timed
from tracks.models import ProcessingStage, Sound
from tracks.services.queue import (
    RETRY_AFTER,
    LeaseLost,
    beat,
    claim_sound,
    fail_sound,
    hand_back,
    job_name,
    remove_attempt,
    remove_leftovers,
)
from tracks.services.recording import Outcome, record_outcome

logger = logging.getLogger(__name__)

PROGRESS_EVERY_S = 0.5
CHECKSUM_REASON = "The file that arrived is not the one whose SHA-256 was announced. Upload it once more."


def process_sound(*, sound_id: int) -> bool:
    """Work on a waiting sound until it is ready, refused or handed back; False when there was nothing to claim.

    The clock is read here and not handed in: this takes minutes. What nobody foresaw is raised; then the sweep hands
    the sound back, as it does after a kill.
    """
    at = timezone.now()
    sound = claim_sound(sound_id=sound_id, at=at)
    if sound is None:
        return False
    if sound.attempt == 1:
        QUEUE_SECONDS.observe((at - sound.created_at).total_seconds())
    facts = {"sound_id": sound_id, "attempt": sound.attempt}
    try:
        remove_leftovers(sound, up_to_attempt=sound.attempt - 1)
        prefix = job_name(sound, attempt=sound.attempt)
        with Heartbeat(sound), storage.private_folder(prefix=prefix) as folder:
            work(sound, folder=folder)
        return True
    except AudioRefused as refusal:
        fail_sound(sound=sound, code=refusal.code, reason=refusal.reason, at=timezone.now())
    except LeaseLost:
        logger.warning("lease_lost", extra=facts)
    except (AudioRetryable, OSError):
        logger.exception("sound_handed_back", extra=facts)
        at = timezone.now()
        hand_back(sound=sound, retry_at=at + RETRY_AFTER * sound.attempt, at=at)
    remove_attempt(sound, attempt=sound.attempt)
    return True


def work(sound: Sound, *, folder: Path) -> None:
    """The pipeline. Raises AudioRefused, AudioRetryable, LeaseLost."""
    source, out = folder / "source", folder / "out"
    out.mkdir()
    storage.bring(key=sound.original_key, target=source)
    limits = SourceLimits(max_duration_ms=settings.TRACK_MAX_DURATION_MS)
    with stage(sound, StageName.PROBE):
        facts = probe(source, limits=limits, workdir=folder)
        tags = read_tags(source, workdir=folder)
        sha256 = digest_file(source)
        if sound.original_sha256 not in {"", sha256}:
            raise AudioRefused(code="checksum_mismatch", reason=CHECKSUM_REASON)
    with stage(sound, StageName.TRANSCODE) as progress:
        transcoded = transcode(source, facts=facts, out=out, limits=limits, on_progress=progress.show)
        store_renditions(sound, transcoded, folder=out)
    with stage(sound, StageName.WAVEFORM):
        dat = transcoded.waveform.to_dat()
    outcome = Outcome(facts=facts, tags=tags, sha256=sha256, transcoded=transcoded, waveform_dat=dat)
    with timed(StageName.PUBLISH):
        record_outcome(sound=sound, outcome=outcome, at=timezone.now())


def store_renditions(sound: Sound, transcoded: Transcoded, *, folder: Path) -> None:
    """Move the files into the storage, below this attempt's prefix."""
    for rendition in transcoded.renditions:
        for name, _, _ in rendition.files:
            storage.store_file(key=f"{sound.attempt_prefix}/{name}", path=folder / name)


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def stage(sound: Sound, name: StageName) -> Iterator["Progress"]:
    """One line of the timeline: running inside the block, done after it. Raises LeaseLost at either end."""
    mark(sound, name, state=StageState.RUNNING, started_at=timezone.now())
    with timed(name):
        yield Progress(sound, name)
    mark(sound, name, state=StageState.DONE, progress=1, finished_at=timezone.now())


def mark(sound: Sound, name: StageName, **values: Any) -> None:
    """Write on a line of the timeline; raises LeaseLost, for then the line tells of somebody else's work."""
    if not ProcessingStage.objects.filter(sound__in=Sound.objects.leased(sound), name=name).update(**values):
        raise LeaseLost


class Progress:
    """Writes how far a stage is, at most twice a second, and tells the owner; stops the work whose lease was lost."""

    def __init__(self, sound: Sound, name: StageName) -> None:
        self.sound = sound
        self.name = name
        self.next_at = 0.0

    def show(self, fraction: float) -> None:
        """`fraction` runs from 0 to 1. Raises LeaseLost."""
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + PROGRESS_EVERY_S
            self.tell(min(1.0, max(0.0, fraction)))

    def tell(self, progress: float) -> None:
        """The row first: it is the record, the frame a hint."""
        mark(self.sound, self.name, progress=progress)
        track = self.sound.track
        push(f"user:{track.owner_id}", processing_progress(track_id=track.pk, stage=self.name, progress=progress))


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
