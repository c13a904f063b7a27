"""Which tracks are in a playlist. Whoever adds one holds the playlist, then the track: what makes the track appear in
lists, or vanish from them, is then over before its share in the numbers is read, or follows it (`counting.py`)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from playlists.events import PlaylistTrackAdded, PlaylistTrackRemoved
from playlists.models import MOST_TRACKS, Playlist, PlaylistItem
from playlists.ranks import GAP
from playlists.services.locking import lock_editable_playlist
from playlists.services.numbers import move_numbers, shares_of
from playlists.services.ordering import rank_at
from tracks.models import Track


class TrackInPlaylist(DomainError):
    code = "track_in_playlist"
    title = "The track is in this playlist already; move it, if it is to stand elsewhere."


class PlaylistFull(DomainError):
    code = "playlist_full"
    title = "A playlist holds {limit} tracks at most."


@transaction.atomic
def add_track(*, playlist: Playlist, track_id: int, position: int | None, by: User, at: datetime) -> PlaylistItem:
    """Put a track that the person may open into a playlist: at the end, or where it has that many before it of those
    that they see.

    Raises TrackInPlaylist, PlaylistFull, PositionBeyondEnd, Track.DoesNotExist, and what `lock_editable_playlist` does.
    """
    playlist = lock_editable_playlist(playlist, by=by)
    hold_tracks([track_id], by=by)
    present = PlaylistItem.objects.of(playlist.pk)
    if present.filter(track_id=track_id).exists():
        raise TrackInPlaylist
    ensure_room(playlist, more=1)
    rank = rank_at(playlist, position=position, viewer=Viewer(user=by))
    item = put_items(playlist, {track_id: rank}, at=at)[0]
    touch(playlist, at=at)
    return item


@transaction.atomic
def remove_track(*, playlist: Playlist, track_id: int, by: User, at: datetime) -> None:
    """Take a track out of a playlist; also one that the person may not open any more.

    Raises PlaylistItem.DoesNotExist, and what `lock_editable_playlist` does.
    """
    playlist = lock_editable_playlist(playlist, by=by)
    # Held, so that its share cannot change any more, and before the numbers, as everybody does.
    item = PlaylistItem.objects.of(playlist.pk).select_for_update().get(track_id=track_id)
    item.delete()
    if item.counted_ms is not None:
        move_numbers({playlist.pk: (-1, -item.counted_ms)})
    touch(playlist, at=at)
    emit(PlaylistTrackRemoved(playlist_id=playlist.pk, owner_id=playlist.owner_id, track_id=track_id))


def fill(playlist: Playlist, *, track_ids: Sequence[int], by: User, at: datetime) -> None:
    """Put tracks into a new playlist, in this order. Raises PlaylistFull, and Track.DoesNotExist unless the person may
    open all of them."""
    if track_ids:
        ensure_room(playlist, more=len(track_ids))
        hold_tracks(track_ids, by=by)
        put_items(playlist, {track_id: place * GAP for place, track_id in enumerate(track_ids)}, at=at)


def hold_tracks(track_ids: Collection[int], *, by: User) -> None:
    """Hold the tracks, in the order of their ids. Raises Track.DoesNotExist unless the person may open all of them."""
    rows = Track.objects.select_for_update(no_key=True).filter(pk__in=track_ids).order_by("pk")
    list(rows.values_list("pk"))
    # Asked now that they are held: the statement that waited for them has seen people as they were before.
    if Track.objects.visible_to(Viewer(user=by)).filter(pk__in=track_ids).count() != len(track_ids):
        raise Track.DoesNotExist


def ensure_room(playlist: Playlist, *, more: int) -> None:
    """Raise PlaylistFull where the playlist, which is held, has no room for so many."""
    if PlaylistItem.objects.of(playlist.pk).count() + more > MOST_TRACKS:
        raise PlaylistFull(limit=MOST_TRACKS)


def put_items(playlist: Playlist, ranks: dict[int, int], *, at: datetime) -> list[PlaylistItem]:
    """Rows for tracks that are held, at these ranks, and their part in the numbers."""
    shares = shares_of(ranks)
    items = PlaylistItem.objects.bulk_create(
        PlaylistItem(playlist=playlist, track_id=track_id, rank=rank, counted_ms=shares.get(track_id), added_at=at)
        for track_id, rank in ranks.items()
    )
    move_numbers({playlist.pk: (len(shares), sum(shares.values()))})
    for track_id in ranks:
        emit(PlaylistTrackAdded(playlist_id=playlist.pk, owner_id=playlist.owner_id, track_id=track_id))
    return items


def touch(playlist: Playlist, *, at: datetime) -> None:
    """What is in it, or how, has changed."""
    playlist.updated_at = at
    playlist.save(update_fields=["updated_at"])
