from playlists.viewsets.items import PlaylistArtworkViewSet, PlaylistOrderViewSet, PlaylistTrackViewSet
from playlists.viewsets.playlists import (
    OwnPlaylistViewSet,
    PlaylistViewSet,
    SpacePlaylistViewSet,
    UserPlaylistViewSet,
)

__all__ = [
    "OwnPlaylistViewSet",
    "PlaylistArtworkViewSet",
    "PlaylistOrderViewSet",
    "PlaylistTrackViewSet",
    "PlaylistViewSet",
    "SpacePlaylistViewSet",
    "UserPlaylistViewSet",
]
