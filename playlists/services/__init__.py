"""Everything that changes a playlist."""

from playlists.services.purging import purge_playlist

__all__ = ["purge_playlist"]
