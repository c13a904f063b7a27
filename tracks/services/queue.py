"""The row is the queue: claiming, beating, handing back. Every step is one conditional UPDATE."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from config.lib import storage
from config.lib.events import emit
from tracks.choices import StageState, State
from tracks.events import SoundQueued, TrackFailed
from tracks.models import ProcessingStage, Sound, Track

# How long a waiting sound is left alone before its task is sent again.
RESEND_AFTER = timedelta(seconds=60)
CRASHED = (
    "processing_failed",
    "The sound could not be processed, although it was tried again. Upload it once more.",
)


class LeaseLost(Exception):
    """Somebody else works on this sound now, or nobody should: whoever notices lets go of it."""


def job_name(sound: Sound) -> str:
    """What the temporary folders of work on this sound begin with."""
    return f"sound-{sound.pk}"


@transaction.atomic
def claim_sound(*, sound_id: int, at: datetime) -> Sound | None:
    """Take a waiting sound to work on it. Of any number of callers one gets it; the others get None."""
    waiting = Sound.objects.filter(pk=sound_id, state=State.QUEUED)
    if not waiting.update(state=State.PROCESSING, attempt=F("attempt") + 1, heartbeat_at=at):
        return None
    sound = Sound.objects.get(pk=sound_id)
    ProcessingStage.objects.filter(sound=sound).update(
        state=StageState.WAITING, progress=0, started_at=None, finished_at=None, error_code=""
    )
    show_state(sound, State.PROCESSING)
    return sound


def beat(*, sound: Sound, at: datetime) -> bool:
    """Say that the work goes on; False when the lease was lost."""
    leased = Sound.objects.filter(pk=sound.pk, state=State.PROCESSING, attempt=sound.attempt)
    return bool(leased.update(heartbeat_at=at))


def lock_lease(sound: Sound) -> Sound:
    """The row of a sound that the caller works on, held until the transaction ends; raises LeaseLost."""
    leased = Sound.objects.select_for_update(no_key=True).filter(
        pk=sound.pk, state=State.PROCESSING, attempt=sound.attempt
    )
    row = leased.first()
    if row is None:
        raise LeaseLost
    return row


@transaction.atomic
def hand_back(*, sound: Sound, at: datetime) -> None:
    """Let the sound be tried again, or fail when it was tried often enough. A lost lease changes nothing."""
    try:
        sound = lock_lease(sound)
    except LeaseLost:
        return
    if sound.attempt >= settings.PROCESSING_ATTEMPTS:
        mark_failed(sound, code=CRASHED[0], reason=CRASHED[1])
        return
    sound.state = State.QUEUED
    sound.dispatched_at = at
    sound.save(update_fields=["state", "dispatched_at"])
    show_state(sound, State.QUEUED)
    emit(SoundQueued(sound_id=sound.pk))


@transaction.atomic
def fail_sound(*, sound: Sound, code: str, reason: str, at: datetime) -> None:
    """End the work with a reason that the uploader can act on; raises LeaseLost."""
    sound = lock_lease(sound)
    running = ProcessingStage.objects.filter(sound=sound, state=StageState.RUNNING)
    running.update(state=StageState.FAILED, error_code=code, finished_at=at)
    mark_failed(sound, code=code, reason=reason)


def mark_failed(sound: Sound, *, code: str, reason: str) -> None:
    """Write the failure on a sound that the caller has locked; a track whose older sound plays stays ready."""
    sound.state = State.FAILED
    sound.failure_code = code
    sound.failure_reason = reason[:300]
    sound.save(update_fields=["state", "failure_code", "failure_reason"])
    show_state(sound, State.FAILED)
    emit(TrackFailed(track_id=sound.track_id, owner_id=sound.track.owner_id, code=code))


def show_state(sound: Sound, state: State) -> None:
    """Let the track say how far its sound is, unless an older sound keeps it ready."""
    Track.objects.filter(pk=sound.track_id, sound__isnull=True).update(state=state)


def sweep_sounds(*, at: datetime) -> int:
    """Hand back what has stopped beating, and send again what was overlooked; the number of sounds touched."""
    expired = at - timedelta(seconds=settings.PROCESSING_LEASE_S)
    abandoned = list(Sound.objects.abandoned(heartbeat_before=expired))
    for sound in abandoned:
        hand_back(sound=sound, at=at)
        remove_leftovers(sound, up_to_attempt=sound.attempt)
    return len(abandoned) + resend_overlooked(at=at)


@transaction.atomic
def resend_overlooked(*, at: datetime) -> int:
    """Send the tasks of sounds that have waited for long once more; a task too many finds nothing to claim."""
    overlooked = Sound.objects.overlooked(dispatched_before=at - RESEND_AFTER).select_for_update(
        no_key=True, skip_locked=True
    )
    ids = list(overlooked.values_list("pk", flat=True))
    Sound.objects.filter(pk__in=ids).update(dispatched_at=at)
    for sound_id in ids:
        emit(SoundQueued(sound_id=sound_id))
    return len(ids)


def remove_leftovers(sound: Sound, *, up_to_attempt: int) -> None:
    """Remove what killed attempts left behind: stored objects, and temporary folders on this machine."""
    for attempt in range(1, up_to_attempt + 1):
        storage.delete_folder(prefix=f"sounds/{sound.key}/{attempt}")
    for folder in Path(settings.WORK_ROOT).glob(f"{job_name(sound)}-*"):
        shutil.rmtree(folder, ignore_errors=True)
