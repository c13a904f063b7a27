from datetime import datetime

from django.db import transaction

from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from engagement.events import TrackRepostEdited
from engagement.services.kinds import TRACK_REPOSTS, of_track
from engagement.services.marks import drop_mark, ensure_seen, hold_marks, set_mark
from social.choices import Kind, Verb
from social.services import record_activity, retract_activity
from tracks.models import Track


class NotListed(DomainError):
    code = "not_listed"
    title = "Only what everybody finds in lists can be shown to others; this is private or unlisted."


@transaction.atomic
def repost_track(*, viewer: Viewer, track_id: int, caption: str | None, at: datetime) -> None:
    """Show a track to those who follow the person. Again, it changes the caption, if one is given, and nothing else.

    Raises Track.DoesNotExist for what the person may not see, and NotListed.
    """
    user_id = viewer.user.pk
    hold_marks(user_id)
    track = Track.objects.visible_to(viewer).get(pk=track_id)
    if not track.is_listed:
        raise NotListed
    repost, is_new = set_mark(TRACK_REPOSTS, user_id=user_id, thing=track, at=at, caption=caption or "")
    if is_new:
        record_activity(actor_id=user_id, verb=Verb.REPOST, kind=Kind.TRACK, object_id=track_id, at=at)
    elif caption is not None and caption != repost.caption:
        repost.caption = caption
        repost.save(update_fields=["caption"])
        emit(TrackRepostEdited(**of_track(repost)))


@transaction.atomic
def unrepost_track(*, viewer: Viewer, track_id: int) -> None:
    """Undo it, whatever has become of the track since. Twice is once.

    Raises Track.DoesNotExist for what the person neither reposts nor may see.
    """
    user_id = viewer.user.pk
    hold_marks(user_id)
    if drop_mark(TRACK_REPOSTS, user_id=user_id, thing_id=track_id):
        retract_activity(actor_id=user_id, verb=Verb.REPOST, kind=Kind.TRACK, object_id=track_id)
    else:
        ensure_seen(TRACK_REPOSTS, viewer=viewer, thing_id=track_id)
