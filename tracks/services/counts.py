"""The numbers on a card of a track, which apps above this one move in the transaction of what is counted."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from tracks.models import TrackCounts


def add_likes(*, track_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people like each of these tracks."""
    hold_counts(track_ids)
    TrackCounts.objects.filter(track_id__in=track_ids).update(likes=F("likes") + n)


def add_reposts(*, track_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people repost each of these tracks."""
    hold_counts(track_ids)
    TrackCounts.objects.filter(track_id__in=track_ids).update(reposts=F("reposts") + n)


def add_comments(*, track_id: int, n: int) -> None:
    """Move by `n` how many comments the track has."""
    TrackCounts.objects.filter(track_id=track_id).update(comments=F("comments") + n)


def add_play(*, track_id: int, at: datetime) -> None:
    """One more play of the track, which counted at this moment."""
    TrackCounts.objects.filter(track_id=track_id).update(plays=F("plays") + 1, last_played_at=at)


def correct_plays(*, track_id: int, n: int) -> None:
    """Move by `n` how often the track was played; plays that come meanwhile stay counted."""
    TrackCounts.objects.filter(track_id=track_id).update(plays=F("plays") + n)


def hold_counts(track_ids: Collection[int]) -> None:
    """Hold the rows of several tracks in the order of their ids; a single one is held by its update."""
    if len(track_ids) > 1:
        rows = TrackCounts.objects.select_for_update(no_key=True).filter(track_id__in=track_ids)
        list(rows.order_by("pk").values_list("pk"))
