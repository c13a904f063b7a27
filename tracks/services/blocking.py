"""Sounds that were removed or claimed: what matches one of them is held, and a person decides."""

from datetime import datetime

import numpy as np
from django.db import transaction

from config.lib.errors import DomainError
from tracks.audio.fingerprint import Items, is_telling, items_of, likeness
from tracks.choices import StageName, StageState, State
from tracks.models import BlockedSound, Fingerprint, ProcessingStage, Sound
from tracks.services.publishing import lock_track
from tracks.services.queue import mark_failed
from tracks.services.recording import play, queue_further

BLOCKED = (
    "sound_blocked",
    "This sound was removed or claimed before, and is not taken here. If it is yours, write to those who run the site.",
)


class SoundUnknown(DomainError):
    code = "sound_unknown"
    title = "There is no fingerprint of this sound that anything could be recognised by."


class SoundNotHeld(DomainError):
    code = "sound_not_held"
    title = "The sound is {state}; nothing is to be decided about it."


@transaction.atomic
def block_sound(*, sound: Sound, reason: str, at: datetime) -> BlockedSound:
    """Hold whatever is like this sound from now on. Raises SoundUnknown where there is nothing to recognise it by.

    What plays already goes on playing: whoever blocks the sound withdraws it as well. Twice is once.
    """
    held = BlockedSound.objects.filter(source=sound).first()
    if held is not None:
        return held
    fingerprint = Fingerprint.objects.filter(sound=sound).first()
    items = items_of(bytes(fingerprint.raw)) if fingerprint else items_of(b"")
    if not is_telling(items):
        raise SoundUnknown
    return BlockedSound.objects.create(items=signed(items), reason=reason, source=sound, created_at=at)


@transaction.atomic
def unblock_sound(*, blocked: BlockedSound) -> None:
    """Hold nothing for it any more; what is held already waits for its decision. Twice is once."""
    BlockedSound.objects.filter(pk=blocked.pk).delete()


def find_match(raw: bytes) -> BlockedSound | None:
    """The oldest blocked sound that a fingerprint is like. The index finds those that share a number with it."""
    items = items_of(raw)
    if not is_telling(items):
        return None
    candidates = BlockedSound.objects.filter(items__overlap=signed(np.unique(items))).order_by("pk")
    matches = (blocked for blocked in candidates.iterator(chunk_size=20) if likeness(items, unsigned(blocked.items)))
    return next(matches, None)


@transaction.atomic
def release_held(*, sound: Sound, at: datetime) -> Sound:
    """Let a held sound play after all, whatever it matches, now and later. Raises SoundNotHeld."""
    sound = lock_held(sound)
    sound.state = State.READY
    sound.released_at = sound.ready_at = at
    sound.save(update_fields=["released_at"])
    play(lock_track(sound.track_id), sound, at=at)
    stages = ProcessingStage.objects.filter(sound=sound, name=StageName.PUBLISH)
    stages.update(state=StageState.DONE, progress=1, started_at=at, finished_at=at)
    queue_further(sound, at=at)
    return sound


@transaction.atomic
def refuse_held(*, sound: Sound, at: datetime) -> Sound:
    """Let a held sound be a failure whose reason the uploader reads. Raises SoundNotHeld."""
    sound = lock_held(sound)
    mark_failed(sound, code=BLOCKED[0], reason=BLOCKED[1], at=at)
    return sound


def lock_held(sound: Sound) -> Sound:
    """The row of a held sound until the transaction ends; raises SoundNotHeld."""
    row = Sound.objects.select_for_update(no_key=True).get(pk=sound.pk)
    if row.state != State.HELD:
        raise SoundNotHeld(state=row.state)
    return row


def signed(items: Items) -> list[int]:
    """The numbers as PostgreSQL keeps them."""
    return [int(item) for item in items.astype(np.uint32).view(np.int32)]


def unsigned(values: list[int]) -> Items:
    """What `signed` made, back again."""
    return np.array(values, dtype=np.int32).view(np.uint32)
