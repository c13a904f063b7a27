"""The order of a playlist. Whoever changes it holds the playlist: of two the second sees what the first has done.

What somebody does not see of the playlist (a track that went private) keeps its place while they order the rest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from playlists.events import PlaylistReordered
from playlists.models import Playlist, PlaylistItem
from playlists.querysets import PlaylistItemQuerySet
from playlists.ranks import between, changed_ranks, middle, spread
from playlists.services.locking import lock_editable_playlist

# One statement, so that ranks may change places: `place_once` is asked when it is over.
WRITE_RANKS = """
UPDATE playlists_playlistitem AS item SET rank = wish.rank
FROM unnest(%s::bigint[], %s::bigint[]) AS wish (id, rank) WHERE item.id = wish.id
"""


class PlaylistChanged(DomainError):
    code = "playlist_changed"
    title = "Other tracks are in the playlist by now than this names; read it again, then order what is there."


class PositionBeyondEnd(DomainError):
    code = "position_beyond_end"
    status = 400
    title = "There are {tracks_count} tracks; a new one can have so many before it, and no more."


@transaction.atomic
def set_order(*, playlist: Playlist, track_ids: Sequence[int], by: User, at: datetime) -> Playlist:
    """Let the tracks stand in this order, which names each that the person sees there, once. The same order again
    changes nothing. Raises PlaylistChanged, and what `lock_editable_playlist` does."""
    playlist = lock_editable_playlist(playlist, by=by)
    places = PlaylistItem.objects.of(playlist.pk).in_order()
    items = list(places.values_list("pk", "track_id", "rank"))
    seen = set(places.visible_to(Viewer(user=by)).values_list("track_id", flat=True))
    if len(track_ids) != len(seen) or set(track_ids) != seen:
        raise PlaylistChanged
    by_track = {track_id: (pk, track_id, rank) for pk, track_id, rank in items}
    named = iter(track_ids)
    wished = [by_track[next(named)] if track_id in seen else (pk, track_id, rank) for pk, track_id, rank in items]
    changes = changed_ranks([rank for _, _, rank in wished])
    if changes:
        write_ranks({wished[index][0]: rank for index, rank in changes.items()})
        tell_reordered(playlist, at=at)
    return playlist


@transaction.atomic
def move_item(*, playlist: Playlist, track_id: int, anchor_id: int, after: bool, by: User, at: datetime) -> Playlist:
    """Let a track stand right before another one of the playlist, or right after it. Where it stands there already,
    nothing changes. Raises PlaylistChanged, and what `lock_editable_playlist` does."""
    playlist = lock_editable_playlist(playlist, by=by)
    rows = PlaylistItem.objects.of(playlist.pk).visible_to(Viewer(user=by)).filter(track_id__in=[track_id, anchor_id])
    found = {item.track_id: item for item in rows}
    if len(found) != 2:
        raise PlaylistChanged
    item, anchor = found[track_id], found[anchor_id]
    others = PlaylistItem.objects.of(playlist.pk).exclude(pk=item.pk)
    low: int | None
    high: int | None
    if after:
        low, high = anchor.rank, first_of(others.filter(rank__gt=anchor.rank).order_by("rank"))
    else:
        low, high = first_of(others.filter(rank__lt=anchor.rank).order_by("-rank")), anchor.rank
    if (low is None or low < item.rank) and (high is None or item.rank < high):
        return playlist
    item.rank = free_rank(playlist, low=low, high=high)
    item.save(update_fields=["rank"])
    tell_reordered(playlist, at=at)
    return playlist


def rank_at(playlist: Playlist, *, position: int | None, viewer: Viewer) -> int:
    """A free rank in a playlist that is held: behind all, or behind so many of those that the viewer sees.

    Raises PositionBeyondEnd.
    """
    items = PlaylistItem.objects.of(playlist.pk)
    if position is None:
        return free_rank(playlist, low=first_of(items.order_by("-rank")), high=None)
    seen = list(items.visible_to(viewer).in_order().values_list("rank", flat=True)[: position + 1])
    if len(seen) < position:
        raise PositionBeyondEnd(tracks_count=len(seen))
    if len(seen) == position:
        return free_rank(playlist, low=first_of(items.order_by("-rank")), high=None)
    high = seen[position]
    return free_rank(playlist, low=first_of(items.filter(rank__lt=high).order_by("-rank")), high=high)


def free_rank(playlist: Playlist, *, low: int | None, high: int | None) -> int:
    """A rank between two neighbours of a playlist that is held; makes room where there is none."""
    rank = between(low, high)
    if rank is not None:
        return rank
    ranks = spread_anew(playlist)
    return middle(None if low is None else ranks[low], None if high is None else ranks[high])


def spread_anew(playlist: Playlist) -> dict[int, int]:
    """Give all that is in a playlist ranks with room between them; old rank -> new one."""
    items = list(PlaylistItem.objects.of(playlist.pk).in_order().values_list("pk", "rank"))
    fresh = spread(len(items))
    write_ranks({pk: rank for (pk, _), rank in zip(items, fresh, strict=True)})
    return {old: new for (_, old), new in zip(items, fresh, strict=True)}


def first_of(items: PlaylistItemQuerySet) -> int | None:
    """The rank of the first of these rows."""
    return items.values_list("rank", flat=True).first()


def write_ranks(ranks: Mapping[int, int]) -> None:
    """Write the ranks of rows, by their ids. Held in the order of their ids first: who corrects numbers holds several
    rows of a playlist too."""
    rows = PlaylistItem.objects.select_for_update(no_key=True).filter(pk__in=ranks)
    list(rows.order_by("pk").values_list("pk"))
    with connection.cursor() as cursor:
        cursor.execute(WRITE_RANKS, [list(ranks), list(ranks.values())])


def tell_reordered(playlist: Playlist, *, at: datetime) -> None:
    """The order is another one."""
    playlist.updated_at = at
    playlist.save(update_fields=["updated_at"])
    emit(PlaylistReordered(playlist_id=playlist.pk, owner_id=playlist.owner_id))
