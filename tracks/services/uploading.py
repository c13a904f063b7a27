"""A file becomes a track that waits for a worker."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files import File
from django.db import transaction

from accounts.models import User
from config.lib import failpoints, storage
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.secrets import random_key
from social.choices import SpaceRole
from social.services import lock_role
from tracks.choices import StageName
from tracks.events import SoundQueued
from tracks.models import ProcessingStage, Sound, Track, TrackCounts
from tracks.services.permalinks import save_with_free_permalink, save_with_permalink
from tracks.services.queue import RESEND_AFTER
from tracks.services.quota import reserve_for
from tracks.services.scheduling import with_schedule
from tracks.texts import name_as_sent

# What the file's own tags may fill in when the uploader left it out.
TAGGABLE = ("title", "artist", "genre", "isrc", "bpm", "key", "release_date")


class AudioEmpty(DomainError):
    code = "audio_empty"
    status = 400
    title = "The file is empty."


class AudioTooLarge(DomainError):
    code = "audio_too_large"
    status = 413
    title = "The file is larger than the {limit_bytes} bytes that are taken here."


def upload_track(*, owner: User, audio: File, details: Mapping[str, Any], at: datetime) -> Track:  # type: ignore[type-arg]  # bytes
    """Store the file untouched and queue it. `details`: the fields of a track that the uploader gave.

    Raises AudioEmpty, AudioTooLarge, and what `add_track` does.
    """
    with stored_original(audio=audio, at=at) as sound:
        track = add_track(owner=owner, sound=sound, details=details, at=at)
        failpoints.reach("upload_after_commit")
        return track


@contextmanager
def stored_original(*, audio: File, at: datetime) -> Iterator[Sound]:  # type: ignore[type-arg]  # bytes
    """The file as the original of a sound that the block saves. Raises AudioEmpty, AudioTooLarge.

    The object is stored before the row, so that a row never points at nothing; it goes when there is no row after the
    block. That the database says, not the exception: a commit may succeed and its answer be lost.
    """
    ensure_size(audio.size or 0)
    name = name_as_sent(audio.name or "")
    sound = fresh_sound(name=name, size=audio.size or 0, key=random_key(), at=at)
    try:
        storage.store(key=sound.original_key, content=audio)
        failpoints.reach("upload_after_put")
        yield sound
    finally:
        if not Sound.objects.filter(key=sound.key).exists():
            storage.delete_folder(prefix=sound.folder)


def ensure_size(size: int) -> None:
    """Raise AudioEmpty, AudioTooLarge for a file that is not taken."""
    if not size:
        raise AudioEmpty
    if size > settings.UPLOAD_MAX_BYTES:
        raise AudioTooLarge(limit_bytes=settings.UPLOAD_MAX_BYTES)


def fresh_sound(*, name: str, size: int, key: str, at: datetime) -> Sound:
    """The row of a file of so many bytes that is stored under `key`, not saved yet."""
    return Sound(key=key, original_name=name, original_bytes=size, created_at=at, due_at=at + RESEND_AFTER)


@transaction.atomic
def add_track(*, owner: User, sound: Sound, details: Mapping[str, Any], at: datetime) -> Track:
    """The rows of a fresh upload. Into a space only its editors bring something.

    Raises OverQuota, SpaceOverQuota, RoleTooLow, Space.DoesNotExist, PermalinkTaken, PermalinkReserved.
    """
    track = Track(owner=owner, created_at=at, updated_at=at, **with_schedule(Track(), details, at=at))
    if track.space_id is not None:
        # Held, so that it stays what it is, and its owner who they are, until the track is there to be held.
        track.space = lock_role(space_id=track.space_id, user=owner, least=SpaceRole.EDITOR)
    reserve_for(track, key=sound.key, size=sound.original_bytes, at=at)
    if details.get("artwork"):
        details["artwork"].save(force_insert=True)
        track.artwork = details["artwork"]
    track.left_to_tags = [name for name in TAGGABLE if details.get(name) in (None, "")]
    track.title = track.title or PurePath(sound.original_name).stem[:200] or "Untitled"
    if track.permalink:
        save_with_permalink(track)
    else:
        track.left_to_tags.append("permalink")
        save_with_free_permalink(track, wish=track.title)
    TrackCounts.objects.create(track=track)
    queue_sound(track=track, sound=sound)
    failpoints.reach("upload_before_commit")
    return track


def queue_sound(*, track: Track, sound: Sound) -> None:
    """Let `sound`, not saved yet, become what the track waits for."""
    sound.track = track
    sound.save(force_insert=True)
    ProcessingStage.objects.bulk_create(
        ProcessingStage(sound=sound, name=name, position=position) for position, name in enumerate(StageName)
    )
    emit(SoundQueued(sound_id=sound.pk, track_id=track.pk, owner_id=track.owner_id))
