"""What the public record holds, and what its owner says of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services import add_tracks
from config.lib.errors import DomainError
from config.lib.events import emit
from tracks.choices import Visibility
from tracks.events import TrackPublished, TrackTrashed, TrackUpdated, TrackWithdrawn
from tracks.models import Track
from tracks.services.permalinks import save_with_permalink


class TrackNotReady(DomainError):
    code = "track_not_ready"
    title = "The track is {state}; it can be published once it is ready."


def lock_track(track: Track) -> Track:
    """The row as it is now, held until the transaction ends."""
    return Track.objects.select_for_update(no_key=True).get(pk=track.pk)


@transaction.atomic
def publish_track(*, track: Track, at: datetime) -> Track:
    """Put a ready public track on the public record. Publishing twice changes nothing and emits nothing."""
    track = lock_track(track)
    if track.published_at:
        return track
    if track.sound_id is None:
        raise TrackNotReady(state=track.state)
    track.published_at = at
    track.save(update_fields=["published_at"])
    add_tracks(user_id=track.owner_id, n=int(track.is_listed))
    emit(TrackPublished(track_id=track.pk, owner_id=track.owner_id))
    return track


@transaction.atomic
def update_track(*, track: Track, changes: Mapping[str, Any], at: datetime) -> Track:
    """Write the fields that `changes` names and no other; lists, counts and the public record follow.

    Raises PermalinkTaken.
    """
    track = lock_track(track)
    was_listed = track.is_listed
    for name, value in changes.items():
        setattr(track, name, value)
    track.updated_at = at
    save_with_permalink(track, update_fields=[*changes, "updated_at"])
    emit(TrackUpdated(track_id=track.pk, owner_id=track.owner_id))
    settle_listing(track, was_listed=was_listed)
    if track.visibility == Visibility.PUBLIC and track.sound_id:
        return publish_track(track=track, at=at)
    return track


@transaction.atomic
def trash_track(*, track: Track, at: datetime) -> None:
    """Move the track to the trash: nobody opens it there. Twice is once."""
    track = lock_track(track)
    if track.deleted_at:
        return
    was_listed = track.is_listed
    track.deleted_at = at
    track.save(update_fields=["deleted_at"])
    settle_listing(track, was_listed=was_listed)
    emit(TrackTrashed(track_id=track.pk, owner_id=track.owner_id))


def settle_listing(track: Track, *, was_listed: bool) -> None:
    """After a change: the owner's count follows, and whoever lists the track is told when it is gone."""
    add_tracks(user_id=track.owner_id, n=int(track.is_listed) - int(was_listed))
    if was_listed and not track.is_listed:
        emit(TrackWithdrawn(track_id=track.pk, owner_id=track.owner_id))
