"""What a playlist says of itself, from its making to the trash and back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.services import add_playlists, lock_counts
from config.lib.events import emit
from playlists.events import (
    PlaylistCreated,
    PlaylistPublished,
    PlaylistRestored,
    PlaylistTrashed,
    PlaylistUpdated,
    PlaylistWithdrawn,
)
from playlists.models import Playlist, PlaylistCounts
from playlists.services.filling import fill
from playlists.services.locking import hold_editor, lock_editable_playlist, lock_playlist
from playlists.services.permalinks import save_with_free_permalink, save_with_permalink
from social.choices import Kind, SpaceRole, Verb
from social.services import lock_role, record_activity, retract_activity
from tracks.choices import Visibility


@transaction.atomic
def create_playlist(
    *, owner: User, details: Mapping[str, Any], track_ids: Sequence[int] = (), at: datetime
) -> Playlist:
    """Make a playlist, with these tracks in it. `details`: the fields that its owner gave; into a space only its
    editors bring something.

    Raises PlaylistPermalinkTaken, PlaylistPermalinkReserved, RoleTooLow, Space.DoesNotExist, and what `fill` does.
    """
    playlist = Playlist(owner=owner, created_at=at, updated_at=at, **details)
    if playlist.space_id is not None:
        # Held, so that it stays what it is, and its owner who they are, until the playlist is there to be held.
        playlist.space = lock_role(space_id=playlist.space_id, user=owner, least=SpaceRole.EDITOR)
    if playlist.visibility == Visibility.PUBLIC:
        playlist.published_at = at
    if playlist.permalink:
        save_with_permalink(playlist)
    else:
        save_with_free_permalink(playlist, wish=playlist.title)
    PlaylistCounts.objects.create(playlist=playlist)
    emit(PlaylistCreated(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    fill(playlist, track_ids=track_ids, by=owner, at=at)
    settle_profile(playlist)
    if playlist.published_at:
        emit(PlaylistPublished(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    return playlist


@transaction.atomic
def update_playlist(*, playlist: Playlist, changes: Mapping[str, Any], by: User, at: datetime) -> Playlist:
    """Write the fields that `changes` names and no other; lists, counts and the public record follow. Changing nothing
    emits nothing. `by` is asked again, while the playlist is held, whether they may still edit it.

    Raises PlaylistPermalinkTaken, PlaylistPermalinkReserved, and what `lock_editable_playlist` does.
    """
    playlist = lock_editable_playlist(playlist, by=by)
    before = playlist.reach
    changed = {name: value for name, value in changes.items() if getattr(playlist, name) != value}
    if not changed:
        return playlist
    for name, value in changed.items():
        setattr(playlist, name, value)
    playlist.updated_at = at
    is_first = playlist.visibility == Visibility.PUBLIC and playlist.published_at is None
    if is_first:
        playlist.published_at = at
    save_with_permalink(playlist, update_fields=[*changed, "updated_at", "published_at"])
    emit(PlaylistUpdated(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    settle_profile(playlist)
    if is_first:
        emit(PlaylistPublished(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    if playlist.reach < before:
        emit_withdrawn(playlist)
    return playlist


@transaction.atomic
def trash_playlist(*, playlist: Playlist, by: User, at: datetime) -> None:
    """Move a playlist to the trash: nobody opens it there. Twice is once.

    Raises Playlist.DoesNotExist, RoleTooLow, Space.DoesNotExist.
    """
    hold_editor(playlist, by=by)
    playlist = lock_playlist(playlist.pk)
    if playlist.deleted_at:
        return
    playlist.deleted_at = at
    playlist.save(update_fields=["deleted_at"])
    settle_profile(playlist)
    emit(PlaylistTrashed(playlist_id=playlist.pk, owner_id=playlist.owner_id))


@transaction.atomic
def restore_playlist(*, playlist: Playlist, by: User) -> Playlist:
    """Bring a playlist back from the trash, just as it was. Twice is once.

    Raises Playlist.DoesNotExist, RoleTooLow, Space.DoesNotExist.
    """
    hold_editor(playlist, by=by)
    playlist = lock_playlist(playlist.pk)
    if playlist.deleted_at is None:
        return playlist
    playlist.deleted_at = None
    playlist.save(update_fields=["deleted_at"])
    settle_profile(playlist)
    emit(PlaylistRestored(playlist_id=playlist.pk, owner_id=playlist.owner_id))
    return playlist


def settle_profile(playlist: Playlist) -> None:
    """Let a playlist that is held count on its owner's profile, and stand in the feeds of those who follow them, while
    it is in lists. What comes back to lists comes back to the place that it had in feeds."""
    wanted = playlist.owner_id if playlist.is_listed else None
    counted_on, playlist.counted_on = playlist.counted_on, wanted
    if counted_on == wanted:
        return
    playlist.save(update_fields=["counted_on"])
    lock_counts([person for person in (counted_on, wanted) if person])
    did: dict[str, Any] = {"verb": Verb.PUBLISH, "kind": Kind.PLAYLIST, "object_id": playlist.pk}
    if counted_on:
        add_playlists(user_id=counted_on, n=-1)
        retract_activity(actor_id=counted_on, **did)
    if wanted:
        add_playlists(user_id=wanted, n=1)
        # A listed one was published: `public_playlist_is_published`.
        record_activity(actor_id=wanted, **did, at=playlist.published_at or playlist.created_at)


def emit_withdrawn(playlist: Playlist) -> None:
    """Tell that the doors through which some came to the playlist are shut."""
    emit(PlaylistWithdrawn(playlist_id=playlist.pk, owner_id=playlist.owner_id, artwork_id=playlist.artwork_id))
