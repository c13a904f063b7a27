from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from tracks.files.viewsets import TrackArtworkViewSet, TrackAudioViewSet, TrackDownloadViewSet
from tracks.sharing.viewsets import ShareLinkViewSet, TrackShareLinksViewSet
from tracks.spaces.viewsets import SpaceTrackViewSet
from tracks.uploads.viewsets import UploadViewSet
from tracks.viewsets import OwnTrackViewSet, TrackViewSet, UserTrackViewSet

router = SimpleRouter()
router.register("tracks", TrackViewSet, basename="track")
router.register("uploads", UploadViewSet, basename="upload")

TRACK = rf"(?P<track>{TrackViewSet.lookup_value_regex})"

urlpatterns = [
    *router.urls,
    re_path(
        rf"^tracks/{TRACK}/artwork/$",
        TrackArtworkViewSet.as_view({"put": "update", "delete": "destroy"}),
        name="track-artwork",
    ),
    re_path(rf"^tracks/{TRACK}/audio/$", TrackAudioViewSet.as_view({"put": "update"}), name="track-audio"),
    re_path(rf"^tracks/{TRACK}/downloads/$", TrackDownloadViewSet.as_view({"post": "create"}), name="track-downloads"),
    re_path(
        rf"^tracks/{TRACK}/share-links/$",
        TrackShareLinksViewSet.as_view({"get": "list", "post": "create"}),
        name="track-share-links",
    ),
    path("share-links/open/", ShareLinkViewSet.as_view({"post": "open"}), name="share-link-open"),
    re_path(
        rf"^share-links/(?P<id>{TrackViewSet.lookup_value_regex})/$",
        ShareLinkViewSet.as_view({"delete": "destroy"}),
        name="share-link",
    ),
    path("me/tracks/", OwnTrackViewSet.as_view({"get": "list"}), name="own-tracks"),
    re_path(
        rf"^spaces/(?P<space>{SpaceTrackViewSet.lookup_value_regex})/tracks/$",
        SpaceTrackViewSet.as_view({"get": "list"}),
        name="space-tracks",
    ),
    path("users/<str:user>/tracks/", UserTrackViewSet.as_view({"get": "list"}), name="user-tracks"),
]
