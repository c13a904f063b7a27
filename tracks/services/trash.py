"""Out of the trash: back as it was, or for good."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from config.lib.events import emit
from social.choices import SpaceRole
from social.services import hold_role
from tracks.choices import Visibility
from tracks.events import TrackCondemned, TrackRestored
from tracks.models import Track
from tracks.services.publishing import lock_track, publish_track, settle_reach
from tracks.services.purging import purge_track


@transaction.atomic
def restore_track(*, track: Track, by: User, at: datetime) -> Track:
    """Bring a track back as it was: address, likes, comments, activity and cover have stayed. Twice is once.

    What became ready for the public in the trash is published now.
    Raises RoleTooLow, Space.DoesNotExist, and Track.DoesNotExist for one that goes for good.
    """
    track = lock_thrown(track, by=by)
    if track.deleted_at is None:
        return track
    before = track.reach
    track.deleted_at = None
    track.save(update_fields=["deleted_at"])
    settle_reach(track, before=before)
    emit(TrackRestored(track_id=track.pk, owner_id=track.owner_id))
    if track.visibility == Visibility.PUBLIC and track.sound_id:
        return publish_track(track=track, at=at)
    return track


@transaction.atomic
def condemn_track(*, track: Track, by: User, at: datetime) -> None:
    """Let a track of the trash go for good: nobody brings it back from now on, and what follows the event removes it.

    A mark of its own, for objects go before rows: whoever restored it in between would have a track without sound.
    Raises RoleTooLow, Space.DoesNotExist, and Track.DoesNotExist for one that is not in the trash (any longer).
    """
    track = lock_thrown(track, by=by)
    if track.deleted_at is None:
        raise Track.DoesNotExist
    track.purging_at = at
    track.save(update_fields=["purging_at"])
    emit(TrackCondemned(track_id=track.pk, owner_id=track.owner_id))


def lock_thrown(track: Track, *, by: User) -> Track:
    """The row, held, of a track that the person may (still) edit and that is not on its way out."""
    if track.space_id is not None:
        hold_role(space_id=track.space_id, user=by, least=SpaceRole.EDITOR)
    locked = lock_track(track.pk)
    if locked.space_id != track.space_id or locked.owner_id != track.owner_id or locked.purging_at:
        raise Track.DoesNotExist
    return locked


@transaction.atomic
def condemn_due(*, track_ids: Collection[int], before: datetime, at: datetime) -> list[int]:
    """Those of these tracks that have been in the trash since `before` or are on their way out: nobody brings them
    back from now on. What somebody holds at this moment is left out; the next purge finds it."""
    due = Track.objects.to_purge(before=before).filter(pk__in=track_ids).order_by("pk")
    found = list(due.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Track.objects.filter(pk__in=found, purging_at__isnull=True).update(purging_at=at)
    return found


def is_condemned(*, track_id: int) -> bool:
    """Whether the track is on its way out."""
    return Track.objects.filter(pk=track_id, purging_at__isnull=False).exists()


def purge_condemned(*, track_id: int, at: datetime) -> bool:
    """Remove a track that is on its way out, its objects first; False when there is none. Begins anew where a kill has
    stopped it."""
    return is_condemned(track_id=track_id) and purge_track(track_id=track_id, reason="thrown away", at=at)
