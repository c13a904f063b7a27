"""The row is the queue: claiming, beating, handing back. Every step holds only for whoever has the lease."""

import logging
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When

from config.lib import advisory, storage
from config.lib.custody.removing import record_removal
from config.lib.events import emit
from config.lib.leases import LeaseLost
from tracks.choices import Lane, StageName, StageState, State, Todo
from tracks.events import RenditionsQueued, SoundQueued, TrackFailed
from tracks.models import ProcessingStage, Rendition, Sound, Track
from tracks.services.quota import release

logger = logging.getLogger(__name__)

# How long a waiting sound is left alone before its task is sent again.
RESEND_AFTER = timedelta(seconds=60)
# The most tasks that one sweep sends: a long queue is not to flood the broker.
RESEND_MOST = 100
# How long a sound waits for its turn to be tried for the last time.
TURN_AFTER = timedelta(seconds=10)
# After trouble that is not the file's fault the next attempt waits: this long, then twice, …
RETRY_AFTER = timedelta(seconds=30)
CRASHED = (
    "processing_failed",
    "The sound could not be processed, although it was tried three times. Upload it once more.",
)
NO_ROOM = (
    "no_room",
    "There is no room for this file at the moment. It waits and is tried again by itself; nothing is lost.",
)
STORAGE_AWAY = (
    "storage_away",
    "The storage does not answer at the moment. The file waits and is tried again by itself; nothing is lost.",
)
# A sound that waits for a storage asks again after 5, 10, then 20 seconds, each a quarter more or less, so that not all
# that wait come at once.
FIRST_WAIT_S, LONGEST_WAIT_S, JITTER = 5, 20, 0.25
WAITS_MOST = 1000


def job_name(sound: Sound, *, attempt: int) -> str:
    """What the temporary folder of an attempt at this sound begins with."""
    return f"sound-{sound.pk}-{attempt}"


@transaction.atomic
def claim_sound(*, sound_id: int, at: datetime) -> Sound | None:
    """Take a waiting sound to work on it. Of any number of callers one gets it; the others get None.

    A sound that plays already goes on playing; `todo` says what is left to do for it. A last try is made while no other
    sound has its last: what kills workers would take with it whoever was at work beside it each time.
    """
    claimed = Sound.objects.waiting().filter(pk=sound_id)
    if claimed.filter(tries=settings.PROCESSING_ATTEMPTS - 1).exists() and not may_try_last(sound_id, at=at):
        return None
    taken = {"attempt": F("attempt") + 1, "tries": F("tries") + 1, "heartbeat_at": at}
    state = Case(When(state=State.QUEUED, then=Value(State.PROCESSING)), default=F("state"))
    if not claimed.update(state=state, failure_code="", failure_reason="", **taken):
        return None
    sound = Sound.objects.get(pk=sound_id)
    complete_timeline(sound)
    if sound.state == State.PROCESSING:
        show_state(sound, State.PROCESSING)
    return sound


def may_try_last(sound_id: int, *, at: datetime) -> bool:
    """Whether nobody else has a last try at this moment; otherwise the sound waits a little longer."""
    advisory.hold("tracks.last_try")
    if not Sound.objects.on_last_try().exists():
        return True
    Sound.objects.waiting().filter(pk=sound_id).update(due_at=at + TURN_AFTER)
    return False


def complete_timeline(sound: Sound) -> None:
    """Let the timeline have every line: a sound may have been uploaded before a line was known."""
    lines = (ProcessingStage(sound=sound, name=name, position=position) for position, name in enumerate(StageName))
    ProcessingStage.objects.bulk_create(
        lines, update_conflicts=True, unique_fields=["sound", "name"], update_fields=["position"]
    )


def beat(*, sound: Sound, at: datetime) -> bool:
    """Say that the work goes on; False when the lease was lost."""
    return bool(Sound.objects.leased(sound).update(heartbeat_at=at))


def lock_lease(sound: Sound) -> Sound:
    """The row of a sound that the caller works on, held until the transaction ends; raises LeaseLost."""
    row = Sound.objects.leased(sound).select_for_update(no_key=True).first()
    if row is None:
        raise LeaseLost
    return row


@transaction.atomic
def hand_back(*, sound: Sound, retry_at: datetime, at: datetime) -> bool:
    """Let the sound be tried again from `retry_at` on, or fail when it was tried often enough.

    False, and nothing is changed, when the lease was lost.
    """
    try:
        sound = lock_lease(sound)
    except LeaseLost:
        return False
    if sound.tries >= settings.PROCESSING_ATTEMPTS:
        mark_failed(sound, code=CRASHED[0], reason=CRASHED[1], at=at)
        return True
    queue_again(sound, due_at=retry_at)
    return True


@transaction.atomic
def change_lane(*, sound: Sound, at: datetime) -> bool:
    """Hand a sound that turned out to be long to the workers of the long ones; it was no try.

    False, and nothing is changed, when the lease was lost.
    """
    try:
        sound = lock_lease(sound)
    except LeaseLost:
        return False
    sound.lane = Lane.LONG
    sound.tries -= 1
    queue_again(sound, due_at=at + RESEND_AFTER)
    send(sound)
    return True


@transaction.atomic
def wait_for_storage(*, sound: Sound, trouble: tuple[str, str], at: datetime) -> bool:
    """Let the sound wait until the storage is well again, and say so; it was no try. False when the lease was lost."""
    try:
        sound = lock_lease(sound)
    except LeaseLost:
        return False
    sound.tries -= 1
    sound.failure_code, sound.failure_reason = trouble
    queue_again(sound, due_at=at + pause_after(sound.waits))
    Sound.objects.filter(pk=sound.pk).update(waits=min(WAITS_MOST, sound.waits + 1))
    return True


def pause_after(waits: int) -> timedelta:
    """How long a sound rests that has waited so often in a row."""
    seconds = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(waits, 10))
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 -- chance, no secret


def send(sound: Sound) -> None:
    """Tell the workers of its lane that a sound waits, and its owner too unless it plays already."""
    if sound.todo:
        emit(RenditionsQueued(sound_id=sound.pk, lane=sound.lane))
        return
    track = sound.track
    emit(SoundQueued(sound_id=sound.pk, track_id=track.pk, owner_id=track.owner_id, lane=sound.lane))


def queue_again(sound: Sound, *, due_at: datetime) -> None:
    """Let a locked sound wait for the next attempt, with a clean timeline unless it plays."""
    sound.heartbeat_at = None
    sound.due_at = due_at
    if sound.state == State.PROCESSING:
        sound.state = State.QUEUED
        ProcessingStage.objects.filter(sound=sound).update(
            state=StageState.WAITING, progress=0, started_at=None, finished_at=None, error_code=""
        )
        show_state(sound, State.QUEUED)
    told = ["failure_code", "failure_reason"]
    sound.save(update_fields=["state", "lane", "tries", "due_at", "heartbeat_at", *told])


@transaction.atomic
def fail_sound(*, sound: Sound, code: str, reason: str, at: datetime) -> bool:
    """End the work with a reason that the uploader can act on; False when the lease was lost."""
    try:
        sound = lock_lease(sound)
    except LeaseLost:
        return False
    mark_failed(sound, code=code, reason=reason, at=at)
    return True


def mark_failed(sound: Sound, *, code: str, reason: str, at: datetime) -> None:
    """Write the failure on a sound that the caller has locked. What plays goes on playing with what it has."""
    sound.heartbeat_at = None
    if sound.todo:
        logger.error("sound_left_incomplete", extra={"sound_id": sound.pk, "todo": sound.todo, "code": code})
        sound.todo = Todo.NOTHING
        sound.save(update_fields=["todo", "heartbeat_at"])
        return
    running = ProcessingStage.objects.filter(sound=sound, state=StageState.RUNNING)
    running.update(state=StageState.FAILED, error_code=code, finished_at=at)
    release(key=sound.key, at=at)
    sound.state = State.FAILED
    sound.failure_code = code
    sound.failure_reason = reason[:300]
    sound.save(update_fields=["state", "failure_code", "failure_reason", "heartbeat_at"])
    show_state(sound, State.FAILED)
    emit(TrackFailed(track_id=sound.track_id, owner_id=sound.track.owner_id, code=code))


def show_state(sound: Sound, state: State) -> None:
    """Let the track say how far its sound is, unless an older sound keeps it ready."""
    Track.objects.filter(pk=sound.track_id, sound__isnull=True).update(state=state)


def sweep_sounds(*, at: datetime) -> int:
    """Hand back what has stopped beating, and send again what is due; the number of sounds touched.

    Two sweeps at once are one.
    """
    with advisory.session_lock("tracks.sweep_sounds") as got:
        if not got:
            return 0
        expired = at - timedelta(seconds=settings.PROCESSING_LEASE_S)
        abandoned = Sound.objects.abandoned(heartbeat_before=expired)
        handed_back = [sound for sound in abandoned if hand_back(sound=sound, retry_at=at, at=at)]
        sent = resend_due(at=at)
    for sound in handed_back:
        remove_leftovers(sound, up_to_attempt=sound.attempt)
    return len(handed_back) + sent


@transaction.atomic
def resend_due(*, at: datetime) -> int:
    """Send the tasks of sounds that wait for their next attempt, or whose task the broker may have lost.

    A task too many finds nothing to claim.
    """
    due = Sound.objects.due(at=at).select_for_update(no_key=True, skip_locked=True, of=("self",))
    sounds = list(due.select_related("track").order_by("due_at", "pk")[:RESEND_MOST])
    Sound.objects.filter(pk__in=[sound.pk for sound in sounds]).update(due_at=at + RESEND_AFTER)
    for sound in sounds:
        send(sound)
    return len(sounds)


def remove_leftovers(sound: Sound, *, up_to_attempt: int) -> None:
    """Remove what killed attempts left behind: stored objects, and temporary folders on this machine."""
    for attempt in range(1, up_to_attempt + 1):
        remove_attempt(sound, attempt=attempt)
        for folder in Path(settings.WORK_ROOT).glob(f"{job_name(sound, attempt=attempt)}-*"):
            shutil.rmtree(folder, ignore_errors=True)


def remove_attempt(sound: Sound, *, attempt: int) -> None:
    """Remove what an attempt has stored, unless it is what plays: objects that a row owns stay.

    It is a courtesy: what a storage that is away keeps is an orphan.
    """
    prefix = f"{sound.folder}/{attempt}"
    if Rendition.objects.filter(sound=sound, prefix=prefix).exists():
        return
    try:
        removed = storage.delete_folder(prefix=prefix)
    except OSError:
        logger.warning("attempt_left", extra={"prefix": prefix}, exc_info=True)
        return
    if removed:
        record_removal(prefix=prefix, reason="of an attempt that is over", by="tracks.process_sound")
