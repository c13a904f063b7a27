"""Work that is done once more because a person says so."""

from datetime import datetime

from django.db import transaction

from tracks.choices import State, Todo
from tracks.models import Sound
from tracks.services.queue import RESEND_AFTER, hand_back, send


@transaction.atomic
def reprocess_sound(*, sound: Sound, at: datetime) -> bool:
    """Let a sound be made anew; what plays goes on playing until then.

    False, and nothing is changed, for one that does not play (any more), or has something to do already. What has
    failed stays so: its room in the ledger is given back for good, and an upload begins anew.
    """
    sound = Sound.objects.select_for_update(no_key=True).get(pk=sound.pk)
    if sound.todo or sound.remove_at or sound.state != State.READY:
        return False
    sound.todo, sound.tries, sound.heartbeat_at, sound.due_at = Todo.AGAIN, 0, None, at + RESEND_AFTER
    sound.save(update_fields=["todo", "tries", "heartbeat_at", "due_at"])
    send(sound)
    return True


def requeue_sound(*, sound: Sound, at: datetime) -> bool:
    """Hand back a sound whose worker is gone, or send its task again; False when somebody is at work on it by now."""
    if sound.heartbeat_at is not None:
        return hand_back(sound=sound, retry_at=at, at=at) and resend(sound=sound, at=at)
    return resend(sound=sound, at=at)


@transaction.atomic
def resend(*, sound: Sound, at: datetime) -> bool:
    """Send the task of a waiting sound; False when it does not wait any more."""
    row = Sound.objects.waiting().select_for_update(no_key=True).filter(pk=sound.pk).first()
    if row is None:
        return False
    row.due_at = at + RESEND_AFTER
    row.save(update_fields=["due_at"])
    send(row)
    return True
