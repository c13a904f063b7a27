from django.urls import path
from rest_framework.routers import SimpleRouter

from tracks.uploads.viewsets import UploadViewSet
from tracks.viewsets import OwnTrackViewSet, TrackViewSet, UserTrackViewSet

router = SimpleRouter()
router.register("tracks", TrackViewSet, basename="track")
router.register("uploads", UploadViewSet, basename="upload")

urlpatterns = [
    *router.urls,
    path("me/tracks/", OwnTrackViewSet.as_view({"get": "list"}), name="own-tracks"),
    path("users/<str:user>/tracks/", UserTrackViewSet.as_view({"get": "list"}), name="user-tracks"),
]
