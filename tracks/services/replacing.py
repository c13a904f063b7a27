"""A track gets another sound and stays what it is; the old sound plays until the new one can.

Beside the sound that plays, a track has at most one that is newer: it waits, is worked on, or has failed. The next one
takes its place. A sound that has played is kept until the last stream of it is over.
"""

from datetime import datetime

from django.core.files import File
from django.db import transaction

from config.lib import advisory
from config.lib.custody.removing import remove_after_commit
from config.lib.errors import DomainError
from tracks.capabilities import expiry
from tracks.choices import State, Todo
from tracks.models import Sound, Track
from tracks.services.publishing import lock_open_track
from tracks.services.queue import show_state
from tracks.services.quota import hold_ledgers_for, release, reserve_for
from tracks.services.uploading import queue_sound, stored_original

# The most sounds that one sweep removes.
REMOVE_MOST = 100


class AudioHeld(DomainError):
    code = "audio_held"
    title = "A person looks at the sound of this track; it can be replaced once they have decided."


def replace_audio(*, track: Track, audio: File, at: datetime) -> Track:  # type: ignore[type-arg]  # bytes
    """Store the file untouched and queue it as the track's next sound.

    Raises AudioEmpty, AudioTooLarge, AudioHeld, OverQuota, SpaceOverQuota, Track.DoesNotExist.
    """
    with stored_original(audio=audio, at=at) as sound:
        return queue_replacement(track=track, sound=sound, at=at)


@transaction.atomic
def queue_replacement(*, track: Track, sound: Sound, at: datetime) -> Track:
    """Let the track wait for `sound`, whose file is stored and whose row is not saved yet, and for no other.

    A worker holds a sound before its track, and so does this. What came newly while it waited for those locks only
    another replacement can have brought: those go one by one.
    Raises AudioHeld, OverQuota, SpaceOverQuota, Track.DoesNotExist.
    """
    advisory.hold(f"tracks.queue_replacement:{track.pk}")
    unplayed = list(Sound.objects.filter(track=track).unplayed().select_for_update(of=("self",)).order_by("pk"))
    track = lock_open_track(track.pk)
    hold_ledgers_for(track, key=sound.key)
    for older in unplayed:
        if older.pk != track.sound_id:  # a worker may have brought it to its end meanwhile
            supersede(older, at=at)
    reserve_for(track, key=sound.key, size=sound.original_bytes, at=at)
    queue_sound(track=track, sound=sound)
    show_state(sound, State.QUEUED)
    return track


def supersede(sound: Sound, *, at: datetime) -> None:
    """Let go of a locked sound that has never played; whoever works on it loses the lease. Raises AudioHeld."""
    if sound.state == State.HELD:
        raise AudioHeld
    release(key=sound.key, at=at)
    remove_sound(sound, reason="superseded", by=f"user:{sound.track.owner_id}")


@transaction.atomic
def retire_sound(*, sound_id: int, at: datetime) -> bool:
    """After another one plays: whoever hears this sound hears it to the end of their stream. Twice is once.

    Nothing more is made of it, and its owner's plan has the room back at once.
    """
    sound = Sound.objects.select_for_update(no_key=True).filter(pk=sound_id, remove_at__isnull=True).first()
    if sound is None:
        return False
    sound.remove_at = expiry(duration_ms=sound.duration_ms or 0, at=at)
    sound.todo, sound.heartbeat_at = Todo.NOTHING, None
    sound.save(update_fields=["remove_at", "todo", "heartbeat_at"])
    release(key=sound.key, at=at)
    return True


def remove_replaced(*, at: datetime) -> int:
    """Remove the sounds whose last stream is over; the number of them. Two sweeps at once are one."""
    with advisory.advisory_lock("tracks.remove_replaced") as got:
        if not got:
            return 0
        over = Sound.objects.run_out(at=at).select_for_update(skip_locked=True).order_by("remove_at", "pk")
        sounds = list(over[:REMOVE_MOST])
        for sound in sounds:
            remove_sound(sound, reason="replaced", by="tracks.remove_replaced")
    return len(sounds)


def remove_sound(sound: Sound, *, reason: str, by: str) -> None:
    """Remove the row of a locked sound, and after the commit its objects."""
    remove_after_commit(prefix=sound.folder, reason=reason, by=by)
    sound.delete()
