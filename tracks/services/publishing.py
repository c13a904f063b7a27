"""What the public record holds, and what its owner says of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import add_tracks
from config.lib.errors import DomainError
from config.lib.events import emit
from social.choices import Kind, SpaceRole, Verb
from social.services import hold_role, record_activity
from tracks.choices import Reach, Visibility
from tracks.events import TrackPublished, TrackTrashed, TrackUpdated, TrackWithdrawn
from tracks.models import Track
from tracks.services.permalinks import save_with_permalink
from tracks.services.scheduling import with_schedule


class TrackNotReady(DomainError):
    code = "track_not_ready"
    title = "The track is {state}; it can be published once it is ready."


class TrackNotPublic(DomainError):
    code = "track_not_public"
    title = "The track is {visibility}; only public tracks are published."


def lock_track(track_id: int) -> Track:
    """The row as it is now, held until the transaction ends. Whoever needs its sound locks that one first."""
    return Track.objects.select_for_update(no_key=True).get(pk=track_id)


def lock_open_track(track_id: int) -> Track:
    """The same of a track that is not in the trash: between looking and locking it may have gone there.

    Raises Track.DoesNotExist.
    """
    track = lock_track(track_id)
    if track.deleted_at:
        raise Track.DoesNotExist
    return track


def lock_editable_track(track: Track, *, by: User | None) -> Track:
    """`lock_open_track`, and of a track in a space asks again whether the person may still edit there; whoever takes
    that away waits until the transaction ends. Raises RoleTooLow, Space.DoesNotExist, Track.DoesNotExist."""
    if by is not None and track.space_id is not None:
        hold_role(space_id=track.space_id, user=by, least=SpaceRole.EDITOR)
    locked = lock_open_track(track.pk)
    if by is not None and locked.space_id != track.space_id:
        raise Track.DoesNotExist  # it went elsewhere, where the person may be nobody
    return locked


@transaction.atomic
def publish_track(*, track: Track, at: datetime) -> Track:
    """Put a ready public track on the public record. Publishing twice changes nothing and emits nothing.

    Raises TrackNotPublic, TrackNotReady, Track.DoesNotExist.
    """
    track = lock_open_track(track.pk)
    if track.visibility != Visibility.PUBLIC:
        raise TrackNotPublic(visibility=track.visibility)
    if track.published_at:
        return track
    if track.sound_id is None:
        raise TrackNotReady(state=track.state)
    before = track.reach
    track.published_at = at
    track.save(update_fields=["published_at"])
    settle_reach(track, before=before)
    record_activity(actor_id=track.owner_id, verb=Verb.PUBLISH, kind=Kind.TRACK, object_id=track.pk, at=at)
    emit(TrackPublished(track_id=track.pk, owner_id=track.owner_id))
    return track


@transaction.atomic
def update_track(*, track: Track, changes: Mapping[str, Any], by: User | None = None, at: datetime) -> Track:
    """Write the fields that `changes` names and no other; lists, counts and the public record follow.

    What its owner has spoken about is no longer left to the file's tags. Changing nothing emits nothing. `by` is asked
    again, while the track is held, whether they may still edit it.
    Raises PublishedAlready, PermalinkTaken, PermalinkReserved, Track.DoesNotExist, and what `lock_editable_track` does.
    """
    track = lock_editable_track(track, by=by)
    before = track.reach
    changes = with_schedule(track, changes, at=at)
    wanted = {**changes, "left_to_tags": [name for name in track.left_to_tags if name not in changes]}
    changed = {name: value for name, value in wanted.items() if getattr(track, name) != value}
    if not changed:
        return track
    for name, value in changed.items():
        setattr(track, name, value)
    track.updated_at = at
    save_with_permalink(track, update_fields=[*changed, "updated_at"])
    emit(TrackUpdated(track_id=track.pk, owner_id=track.owner_id))
    settle_reach(track, before=before)
    if track.visibility == Visibility.PUBLIC and track.sound_id:
        return publish_track(track=track, at=at)
    return track


@transaction.atomic
def trash_track(*, track: Track, at: datetime) -> None:
    """Move the track to the trash: nobody opens it there, nor its cover, which keeps its address for the day on which
    the track is back. Twice is once. Raises Track.DoesNotExist."""
    track = lock_track(track.pk)
    if track.deleted_at:
        return
    before = track.reach
    track.deleted_at = at
    track.save(update_fields=["deleted_at"])
    settle_reach(track, before=before)
    emit(TrackTrashed(track_id=track.pk, owner_id=track.owner_id))


def settle_reach(track: Track, *, before: Reach) -> None:
    """After a change: the owner's count follows, and it is told when fewer may open the track than before."""
    add_tracks(user_id=track.owner_id, n=int(track.reach is Reach.LISTS) - int(before is Reach.LISTS))
    if track.reach < before:
        emit_withdrawn(track)


def emit_withdrawn(track: Track) -> None:
    """Tell that the doors through which some came to the track are shut."""
    seen = None if track.deleted_at else track.artwork_id
    emit(TrackWithdrawn(track_id=track.pk, owner_id=track.owner_id, artwork_id=seen))
