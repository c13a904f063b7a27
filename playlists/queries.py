"""Answers that are not rows of one model."""

from playlists.models import Cover


def find_playlist_cover(key: str) -> Cover | None:
    """The picture of a playlist that is stored under this key."""
    return Cover.objects.filter(key=key).first()
