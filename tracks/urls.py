from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from tracks.files.viewsets import TrackAudioViewSet
from tracks.uploads.viewsets import UploadViewSet
from tracks.viewsets import OwnTrackViewSet, TrackViewSet, UserTrackViewSet

router = SimpleRouter()
router.register("tracks", TrackViewSet, basename="track")
router.register("uploads", UploadViewSet, basename="upload")

TRACK = rf"(?P<track>{TrackViewSet.lookup_value_regex})"

urlpatterns = [
    *router.urls,
    re_path(rf"^tracks/{TRACK}/audio/$", TrackAudioViewSet.as_view({"put": "update"}), name="track-audio"),
    path("me/tracks/", OwnTrackViewSet.as_view({"get": "list"}), name="own-tracks"),
    path("users/<str:user>/tracks/", UserTrackViewSet.as_view({"get": "list"}), name="user-tracks"),
]
