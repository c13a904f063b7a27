from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from config.lib.errors import DomainError
from config.lib.viewer import Viewer
from engagement.plays.choices import Outcome
from engagement.plays.heat import stored
from engagement.plays.ids import moment_of, new_id
from engagement.plays.models import Play
from engagement.plays.services.listeners import Caller, listener_of
from tracks.models import Track
from tracks.policies import can_edit_track, can_hear_track


class NotPlayable(DomainError):
    code = "not_playable"
    title = "There is nothing of this track that you could hear."


@dataclass(frozen=True)
class Origin:
    """What is known of where a play comes from. `barred`: BOT or CROWD, if that is what it looks like."""

    barred: str = ""
    referrer: str = ""
    country: str = ""


@transaction.atomic
def start_play(
    *, track_id: int, viewer: Viewer, caller: Caller, origin: Origin, position_ms: int = 0, at: datetime
) -> UUID:
    """Somebody begins to listen; the id of the play, which its beats name. Nothing counts yet.

    Raises NotPlayable; Track.DoesNotExist for what the viewer cannot see.
    """
    track = Track.objects.visible_to(viewer).get(pk=track_id)
    if track.sound_id is None or not track.duration_ms or not can_hear_track(viewer.user, track):
        raise NotPlayable
    play_id = new_id(at)
    barred = Outcome.OWNER if can_edit_track(viewer.user, track) else origin.barred
    play = Play(
        id=play_id,
        created_at=moment_of(play_id),
        track_id=track.pk,
        person_id=viewer.user_id,
        listener=listener_of(caller, at=at).key,
        **facts_of(track, position_ms=position_ms),
        barred=barred,
        outcome=barred or Outcome.TOO_SHORT,
        beat_at=moment_of(play_id),
        referrer=origin.referrer,
        country=origin.country,
    )
    Play.objects.bulk_create([play])  # one statement; `create` asks first whether the id is there
    return play_id


def facts_of(track: Track, *, position_ms: int) -> dict[str, Any]:
    """What a play has of its track, as it is now; nothing of it was heard yet."""
    length_ms = track.duration_ms or 0
    heard = dict.fromkeys(("heard_bits", "skipped_bits", "replayed_bits"), stored(0))
    return {"duration_ms": length_ms, "position_ms": min(position_ms, length_ms), **heard}
