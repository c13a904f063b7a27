from playlists.viewsets.items import PlaylistArtworkViewSet, PlaylistOrderViewSet, PlaylistTrackViewSet
from playlists.viewsets.playlists import (
    OwnPlaylistViewSet,
    PlaylistViewSet,
    SpacePlaylistViewSet,
    UserPlaylistViewSet,
)
from playlists.viewsets.sharing import PlaylistShareLinksViewSet

__all__ = [
    "OwnPlaylistViewSet",
    "PlaylistArtworkViewSet",
    "PlaylistOrderViewSet",
    "PlaylistShareLinksViewSet",
    "PlaylistTrackViewSet",
    "PlaylistViewSet",
    "SpacePlaylistViewSet",
    "UserPlaylistViewSet",
]
