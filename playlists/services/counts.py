"""The numbers on a card of a playlist, which apps above this one move in the transaction of what is counted."""

from collections.abc import Collection

from django.db.models import F

from playlists.models import PlaylistCounts


def add_likes(*, playlist_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people like each of these playlists."""
    hold_counts(playlist_ids)
    PlaylistCounts.objects.filter(playlist_id__in=playlist_ids).update(likes=F("likes") + n)


def add_reposts(*, playlist_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people repost each of these playlists."""
    hold_counts(playlist_ids)
    PlaylistCounts.objects.filter(playlist_id__in=playlist_ids).update(reposts=F("reposts") + n)


def hold_counts(playlist_ids: Collection[int]) -> None:
    """Hold the rows of several playlists in the order of their ids; a single one is held by its update."""
    if len(playlist_ids) > 1:
        rows = PlaylistCounts.objects.select_for_update(no_key=True).filter(playlist_id__in=playlist_ids)
        list(rows.order_by("pk").values_list("pk"))
