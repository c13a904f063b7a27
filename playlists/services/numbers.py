"""The numbers on the card of a playlist: what lists show of it, and how long that is."""

from collections.abc import Collection, Mapping

from django.db.models import F
from django.db.models.functions import Coalesce

from playlists.models import PlaylistCounts
from playlists.services.counts import hold_counts
from tracks.models import Track


def shares_of(track_ids: Collection[int]) -> dict[int, int]:
    """What each of these tracks adds to the length of a playlist; those that no list shows are not among them."""
    rows = Track.objects.listed().filter(pk__in=track_ids)
    return dict(rows.values_list("pk", Coalesce("duration_ms", 0)))


def move_numbers(moves: Mapping[int, tuple[int, int]]) -> None:
    """Move the numbers of playlists: id -> by so many tracks, and so many milliseconds. In the order of their ids."""
    hold_counts(moves)
    for playlist_id in sorted(moves):
        tracks, duration_ms = moves[playlist_id]
        if tracks or duration_ms:
            PlaylistCounts.objects.filter(pk=playlist_id).update(
                tracks=F("tracks") + tracks, duration_ms=F("duration_ms") + duration_ms
            )
