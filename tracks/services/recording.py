"""What the pipeline found out becomes rows, all of them or none."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.files.base import ContentFile
from django.db import transaction

from config.lib import failpoints, storage
from config.lib.events import emit
from config.lib.pictures.images import Picture, PictureRefused
from config.lib.pictures.storing import stored_picture
from config.lib.pictures.taking import PictureBusy, decode
from tracks.audio.packaging import RenditionFacts
from tracks.audio.probe import SourceFacts
from tracks.audio.tags import Tags
from tracks.audio.transcode import Transcoded
from tracks.choices import StageName, StageState, State, Todo, Visibility
from tracks.events import SoundMatched, TrackReady, TrackReplaced
from tracks.models import (
    FASTEST_BPM,
    SLOWEST_BPM,
    Artwork,
    BlockedSound,
    Fingerprint,
    ProcessingStage,
    Rendition,
    Sound,
    Track,
    Waveform,
)
from tracks.services.permalinks import save_with_free_permalink
from tracks.services.publishing import lock_track, publish_track
from tracks.services.queue import RESEND_AFTER, job_name, lock_lease, send, show_state
from tracks.services.quota import charge
from tracks.texts import isrc

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All that the first run of the pipeline gave; its files are stored already. `sha256` is the original's.

    `match` is the blocked sound that this one is like.
    """

    facts: SourceFacts
    tags: Tags
    sha256: str
    transcoded: Transcoded
    match: BlockedSound | None = None


def record_outcome(*, sound: Sound, outcome: Outcome, at: datetime) -> None:
    """Make the track ready, with its cover if the file brought one; raises LeaseLost, AudioRefused.

    The cover is decoded and stored before the rows are locked, and goes again when its row is not written.
    """
    with stored_picture(Artwork, picture=picture_from(sound, outcome.tags), at=at) as cover:
        record(sound=sound, outcome=outcome, cover=cover, at=at)


@transaction.atomic
def record(*, sound: Sound, outcome: Outcome, cover: Artwork | None, at: datetime) -> None:
    """The rows of a sound that can be played, and the track that plays it from now on, unless it is held.

    Raises LeaseLost, AudioRefused.
    """
    sound = lock_lease(sound)
    track = sound.track = lock_track(sound.track_id)
    is_new = sound.state == State.PROCESSING
    if is_new:
        charge(sound=sound, duration_ms=outcome.transcoded.duration_ms, at=at)
    write_sound(sound, outcome)
    if not is_new:
        refresh(track, sound, at=at)
        return
    take_tags(track, outcome.tags, cover=cover)
    if outcome.match and not sound.released_at:
        hold(track, sound, match=outcome.match)
        return
    sound.state, sound.ready_at = State.READY, at
    play(track, sound, at=at)
    queue_further(sound, at=at)
    stages = ProcessingStage.objects.filter(sound=sound, name=StageName.PUBLISH)
    stages.update(state=StageState.DONE, progress=1, started_at=at, finished_at=at)
    failpoints.reach("before_commit")


def write_sound(sound: Sound, outcome: Outcome) -> None:
    """What is known of a locked sound now, its first rendition, its peaks and its fingerprint; its lease is over."""
    transcoded, loudness = outcome.transcoded, outcome.transcoded.loudness
    sound.heartbeat_at, sound.waits = None, 0
    sound.original_sha256 = outcome.sha256
    sound.duration_ms = transcoded.duration_ms
    for name in ("container", "codec", "sample_rate_hz", "channels", "bit_depth"):
        setattr(sound, name, getattr(outcome.facts, name))
    for name in ("integrated_lufs", "true_peak_dbtp", "range_lu"):
        setattr(sound, name, getattr(loudness, name))
    sound.save()
    put_renditions(sound, transcoded.renditions)
    Waveform.objects.update_or_create(sound=sound, defaults={"dat": transcoded.waveform.to_dat()})
    if transcoded.fingerprint is not None:
        Fingerprint.objects.update_or_create(sound=sound, defaults={"raw": transcoded.fingerprint})


def put_renditions(sound: Sound, renditions: Sequence[RenditionFacts]) -> None:
    """One row a rendition, in the place of an older one of its kind."""
    Rendition.objects.filter(sound=sound, kind__in=[rendition.kind for rendition in renditions]).delete()
    Rendition.objects.bulk_create(
        Rendition(
            sound=sound,
            kind=rendition.kind,
            prefix=sound.attempt_prefix,
            codec=rendition.codec,
            bitrate_bps=rendition.bitrate_bps,
            duration_ms=rendition.duration_ms,
            bytes=sum(size for _, _, size in rendition.files),
            is_copy=rendition.is_copy,
        )
        for rendition in renditions
    )


def queue_further(sound: Sound, *, at: datetime) -> None:
    """Let a locked sound that plays wait for its other renditions."""
    sound.todo, sound.tries, sound.due_at = Todo.FURTHER, 0, at + RESEND_AFTER
    sound.save(update_fields=["state", "ready_at", "todo", "tries", "due_at"])
    send(sound)


@transaction.atomic
def record_further(*, sound: Sound, renditions: Sequence[RenditionFacts]) -> None:
    """The rows of the other renditions; with them all is done. Raises LeaseLost."""
    sound = lock_lease(sound)
    put_renditions(sound, renditions)
    sound.todo, sound.tries, sound.waits, sound.heartbeat_at = Todo.NOTHING, 0, 0, None
    sound.save(update_fields=["todo", "tries", "waits", "heartbeat_at"])


def refresh(track: Track, sound: Sound, *, at: datetime) -> None:
    """After a sound that plays was processed again: the track says its length, and the other renditions follow."""
    queue_further(sound, at=at)
    if track.sound_id == sound.pk:
        track.duration_ms, track.updated_at = sound.duration_ms, at
        track.save(update_fields=["duration_ms", "updated_at"])


def hold(track: Track, sound: Sound, *, match: BlockedSound) -> None:
    """Let nobody hear a locked sound until a person has decided."""
    sound.state, sound.held_for, sound.tries = State.HELD, match, 0
    sound.save(update_fields=["state", "held_for", "tries"])
    show_state(sound, State.HELD)
    emit(SoundMatched(track_id=track.pk, owner_id=track.owner_id, blocked_sound_id=match.pk))


def take_tags(track: Track, tags: Tags, *, cover: Artwork | None) -> None:
    """What the owner of a locked track has left out comes from the file's tags, and so does a missing cover."""
    if cover is not None and track.artwork_id is None:
        cover.save(force_insert=True)
        track.artwork = cover
    left, track.left_to_tags = track.left_to_tags, []
    taken = {name: value for name, value in values_from(tags).items() if name in left and value}
    for name, value in taken.items():
        setattr(track, name, value)
    if "title" in taken and "permalink" in left:
        save_with_free_permalink(track, wish=track.title)
    else:
        track.save()


def play(track: Track, sound: Sound, *, at: datetime) -> None:
    """Let a locked track play `sound`; public tracks are published."""
    replaced_id, track.sound = track.sound_id, sound
    track.state = State.READY
    track.duration_ms = sound.duration_ms
    track.updated_at = at
    track.save(update_fields=["sound", "state", "duration_ms", "updated_at"])
    emit(TrackReady(track_id=track.pk, owner_id=track.owner_id))
    if replaced_id:
        emit(TrackReplaced(track_id=track.pk, owner_id=track.owner_id, sound_id=replaced_id))
    if track.visibility == Visibility.PUBLIC and not track.deleted_at:
        publish_track(track=track, at=at)


def values_from(tags: Tags) -> dict[str, object]:
    """Tags as values of a track's fields; what does not fit is left out."""
    return {
        "title": tags.title[:200],
        "artist": tags.artist[:200],
        "genre": tags.genre[:60],
        "key": tags.key[:12],
        "isrc": isrc(tags.isrc),
        "bpm": bpm_from(tags.bpm),
        "release_date": date_from(tags.date),
    }


def bpm_from(text: str) -> Decimal | None:
    """Beats a minute, two decimals."""
    with suppress(InvalidOperation):
        bpm = round(Decimal(text), 2)
        if SLOWEST_BPM <= bpm <= FASTEST_BPM:
            return bpm
    return None


def date_from(text: str) -> date | None:
    """A full ISO date; a year alone is none."""
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None


def picture_from(sound: Sound, tags: Tags) -> Picture | None:
    """The embedded picture, decoded by a program of its own; without one that cannot be taken the sound is as good."""
    if tags.cover is None:
        return None
    try:
        with storage.private_folder(prefix=job_name(sound, attempt=sound.attempt)) as folder:
            return decode(ContentFile(tags.cover), folder=folder)
    except (PictureRefused, PictureBusy) as refusal:
        logger.warning("cover_refused", extra={"sound_id": sound.pk, "reason": str(refusal)})
        return None
