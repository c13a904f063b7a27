from typing import Any

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from playlists import viewsets

ID = viewsets.PlaylistViewSet.lookup_value_regex
PLAYLIST, TRACK, SPACE = (rf"(?P<{name}>{ID})" for name in ("playlist", "track", "space"))
LIST: dict[str, Any] = {"get": "list"}
ITEMS: dict[str, Any] = {"get": "list", "post": "create"}
PICTURE: dict[str, Any] = {"put": "update", "delete": "destroy"}

router = SimpleRouter()
router.register("playlists", viewsets.PlaylistViewSet, basename="playlist")

urlpatterns = [
    *router.urls,
    re_path(rf"^playlists/{PLAYLIST}/tracks/$", viewsets.PlaylistTrackViewSet.as_view(ITEMS), name="playlist-tracks"),
    re_path(
        rf"^playlists/{PLAYLIST}/tracks/{TRACK}/$",
        viewsets.PlaylistTrackViewSet.as_view({"delete": "destroy"}),
        name="playlist-track",
    ),
    re_path(
        rf"^playlists/{PLAYLIST}/order/$",
        viewsets.PlaylistOrderViewSet.as_view({"put": "update"}),
        name="playlist-order",
    ),
    re_path(
        rf"^playlists/{PLAYLIST}/move/$", viewsets.PlaylistOrderViewSet.as_view({"post": "move"}), name="playlist-move"
    ),
    re_path(
        rf"^playlists/{PLAYLIST}/artwork/$", viewsets.PlaylistArtworkViewSet.as_view(PICTURE), name="playlist-artwork"
    ),
    re_path(
        rf"^playlists/{PLAYLIST}/share-links/$",
        viewsets.PlaylistShareLinksViewSet.as_view(ITEMS),
        name="playlist-share-links",
    ),
    path("me/playlists/", viewsets.OwnPlaylistViewSet.as_view(LIST), name="own-playlists"),
    path("users/<str:user>/playlists/", viewsets.UserPlaylistViewSet.as_view(LIST), name="user-playlists"),
    re_path(rf"^spaces/{SPACE}/playlists/$", viewsets.SpacePlaylistViewSet.as_view(LIST), name="space-playlists"),
]
