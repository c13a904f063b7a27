"""The numbers on a card of a track, which apps above this one move in the transaction of what is counted."""

from django.db.models import F

from tracks.models import TrackCounts


def add_likes(*, track_id: int, n: int) -> None:
    """Move by `n` how many people like the track."""
    TrackCounts.objects.filter(track_id=track_id).update(likes=F("likes") + n)


def add_reposts(*, track_id: int, n: int) -> None:
    """Move by `n` how many people repost the track."""
    TrackCounts.objects.filter(track_id=track_id).update(reposts=F("reposts") + n)


def add_comments(*, track_id: int, n: int) -> None:
    """Move by `n` how many comments the track has."""
    TrackCounts.objects.filter(track_id=track_id).update(comments=F("comments") + n)
