"""An uploaded file becomes sound that plays: probe, one decode, record; then the renditions that follow."""

import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from config.lib import failpoints, storage
from config.lib.bucket import BucketTrouble
from config.lib.leases import LeaseLost
from config.lib.sandbox.limits import MEBIBYTE
from config.lib.storage import StorageFull
from tracks.audio.errors import AudioRefused, AudioRetryable
from tracks.audio.limits import SourceLimits
from tracks.audio.packaging import RenditionFacts
from tracks.audio.probe import SourceFacts, probe
from tracks.audio.tags import read_tags
from tracks.audio.transcode import Transcoded, transcode, transcode_further
from tracks.audio.waveform import Waveform as Peaks
from tracks.choices import Lane, StageName, StageState, Todo
from tracks.metrics import QUEUE_SECONDS, timed
from tracks.models import BlockedSound, Sound, Waveform
from tracks.services.blocking import find_match
from tracks.services.leases import Heartbeat, mark, stage
from tracks.services.queue import (
    NO_ROOM,
    RETRY_AFTER,
    STORAGE_AWAY,
    change_lane,
    claim_sound,
    fail_sound,
    hand_back,
    job_name,
    remove_attempt,
    remove_leftovers,
    wait_for_storage,
)
from tracks.services.recording import Outcome, record_further, record_outcome

logger = logging.getLogger(__name__)

# What is longer is worked on by the workers of the long ones: twenty minutes take some twenty seconds.
LONG = timedelta(minutes=20)
# Of a file that does not say how long it is: 128 kbit/s, less than most have, so that it counts as longer than it is.
GUESSED_BYTES_A_SECOND = 16_000
# AAC of 160, Opus of 96 and MP3 of 128 kbit/s, with a quarter more for what the encoders add.
RENDITION_BYTES_A_SECOND = 60_000
RESERVE_BYTES = 256 * MEBIBYTE
# A disk that is ill, away, or locked after an error: others can mend it, and the sound is none the worse.
DISK_TROUBLE = frozenset({errno.EIO, errno.EROFS, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT})
ANOTHER_FILE = (
    "checksum_mismatch",
    "The file that arrived is not the one whose SHA-256 was announced. Upload it once more.",
)


class LongSound(Exception):
    """The sound is for the workers of the long ones."""


class NoRoom(Exception):
    """The disk has no room for the job; there will be, when others have ended."""


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
    try:
        remove_leftovers(sound, up_to_attempt=sound.attempt - 1)
        prefix = job_name(sound, attempt=sound.attempt)
        with Heartbeat(sound), storage.private_folder(prefix=prefix) as folder:
            work(sound, folder=folder)
        remove_leftovers(sound, up_to_attempt=sound.attempt - 1)
        return True
    except (AudioRefused, AudioRetryable, LeaseLost, LongSound, NoRoom, OSError) as reason:
        let_go(sound, reason=reason, at=timezone.now())
    remove_attempt(sound, attempt=sound.attempt)
    return True


def let_go(sound: Sound, *, reason: Exception, at: datetime) -> None:
    """End an attempt that has not come to its end: refused, for another worker, or to be tried again."""
    facts = {"sound_id": sound.pk, "attempt": sound.attempt}
    match reason:
        case AudioRefused():
            fail_sound(sound=sound, code=reason.code, reason=reason.reason, at=at)
        case LeaseLost():
            logger.warning("lease_lost", extra=facts)
        case LongSound():
            change_lane(sound=sound, at=at)
        case _ if trouble := storage_trouble(reason):
            logger.warning("sound_waits", extra={**facts, "for": trouble[0]}, exc_info=reason)
            wait_for_storage(sound=sound, trouble=trouble, at=at)
        case _:
            logger.error("sound_handed_back", extra=facts, exc_info=reason)
            hand_back(sound=sound, retry_at=at + RETRY_AFTER * sound.tries, at=at)


def storage_trouble(reason: Exception) -> tuple[str, str] | None:
    """What is wrong with a storage where that, and neither the file nor our work, has ended an attempt."""
    if isinstance(reason, NoRoom | StorageFull) or (isinstance(reason, OSError) and reason.errno in storage.FULL):
        return NO_ROOM
    if isinstance(reason, BucketTrouble) or (isinstance(reason, OSError) and reason.errno in DISK_TROUBLE):
        return STORAGE_AWAY
    # In the words of the program that met it. An input or output that failed may be the file's own fault.
    if isinstance(reason, AudioRetryable) and any(os.strerror(code) in str(reason) for code in storage.FULL):
        return NO_ROOM
    return None


def work(sound: Sound, *, folder: Path) -> None:
    """What is to be done now. Raises AudioRefused, AudioRetryable, LeaseLost, LongSound, NoRoom."""
    source, out = folder / "source", folder / "out"
    out.mkdir()
    require_room(folder, needed=sound.original_bytes)
    storage.bring(key=sound.original_key, target=source)
    limits = SourceLimits(max_duration_ms=settings.TRACK_MAX_DURATION_MS)
    if sound.todo == Todo.FURTHER:
        make_further(sound, source=source, out=out, limits=limits)
    else:
        make_playable(sound, source=source, out=out, limits=limits)


def make_playable(sound: Sound, *, source: Path, out: Path, limits: SourceLimits) -> None:
    """The first rendition, and what is known of the sound; the track is ready then."""
    with stage(sound, StageName.PROBE):
        facts = probe(source, limits=limits, workdir=out)
        require_lane(sound, facts)
        require_room(out, needed=rendition_bytes(sound, facts))
        tags = read_tags(source, workdir=out)
        sha256 = digest_file(source)
        if sound.original_sha256 not in {"", sha256}:
            raise AudioRefused(code=ANOTHER_FILE[0], reason=ANOTHER_FILE[1])
    with stage(sound, StageName.TRANSCODE, StageName.WAVEFORM, StageName.LOUDNESS) as progress:
        transcoded = transcode(source, facts=facts, out=out, limits=limits, on_progress=progress.show)
        store_renditions(sound, transcoded.renditions, folder=out)
    failpoints.reach("after_put")
    match = match_fingerprint(sound, transcoded)
    outcome = Outcome(facts=facts, tags=tags, sha256=sha256, transcoded=transcoded, match=match)
    with timed(StageName.PUBLISH):
        record_outcome(sound=sound, outcome=outcome, at=timezone.now())
    failpoints.reach("after_commit")


def make_further(sound: Sound, *, source: Path, out: Path, limits: SourceLimits) -> None:
    """The renditions that a track can be ready without."""
    facts = probe(source, limits=limits, workdir=out)
    require_room(out, needed=rendition_bytes(sound, facts))
    peaks = Peaks.from_dat(bytes(Waveform.objects.get(sound=sound).dat))
    length_ms = sound.duration_ms or 0
    further = transcode_further(source, facts=facts, waveform=peaks, duration_ms=length_ms, out=out, limits=limits)
    store_renditions(sound, further, folder=out)
    record_further(sound=sound, renditions=further)


def match_fingerprint(sound: Sound, transcoded: Transcoded) -> BlockedSound | None:
    """The blocked sound that this one is like; a machine whose ffmpeg has no Chromaprint says that it did not look."""
    if transcoded.fingerprint is None:
        mark(sound, StageName.FINGERPRINT, state=StageState.SKIPPED, finished_at=timezone.now())
        return None
    with stage(sound, StageName.FINGERPRINT):
        return find_match(transcoded.fingerprint)


def guessed_seconds(sound: Sound, facts: SourceFacts) -> float:
    """How long the sound probably is: what its header says, else what its bytes would be at a low bit rate."""
    if facts.duration_ms is None:
        return sound.original_bytes / GUESSED_BYTES_A_SECOND
    return facts.duration_ms / 1000


def require_lane(sound: Sound, facts: SourceFacts) -> None:
    """Raise LongSound where a long sound has come to the workers of the short ones."""
    if sound.lane == Lane.SHORT and guessed_seconds(sound, facts) > LONG.total_seconds():
        raise LongSound


def rendition_bytes(sound: Sound, facts: SourceFacts) -> int:
    """How much the job will write, at most."""
    longest = settings.TRACK_MAX_DURATION_MS / 1000
    return int(min(longest, guessed_seconds(sound, facts)) * RENDITION_BYTES_A_SECOND)


def require_room(folder: Path, *, needed: int) -> None:
    """Raise NoRoom unless the disk can take so many bytes and has some left."""
    if shutil.disk_usage(folder).free < needed + RESERVE_BYTES:
        raise NoRoom


def store_renditions(sound: Sound, renditions: Iterable[RenditionFacts], *, folder: Path) -> None:
    """Move the files into the storage, below this attempt's prefix."""
    for rendition in renditions:
        for name, _, _ in rendition.files:
            storage.store_file(key=f"{sound.attempt_prefix}/{name}", path=folder / name)


def digest_file(path: Path) -> str:
    """SHA-256 of a file, in hex, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
