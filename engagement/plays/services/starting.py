from dataclasses import dataclass
from datetime import datetime
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
    begun_at = moment_of(play_id)
    Play.objects.bulk_create(  # one statement; `create` asks first whether the id is there
        [
            Play(
                id=play_id,
                created_at=begun_at,
                track_id=track.pk,
                person_id=viewer.user_id,
                listener=listener_of(caller, at=at).key,
                barred=barred,
                outcome=barred or Outcome.TOO_SHORT,
                duration_ms=track.duration_ms,
                position_ms=min(position_ms, track.duration_ms),
                beat_at=begun_at,
                heard_bits=stored(0),
                skipped_bits=stored(0),
                replayed_bits=stored(0),
                referrer=origin.referrer,
                country=origin.country,
            )
        ]
    )
    return play_id
