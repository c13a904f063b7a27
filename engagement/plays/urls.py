from django.urls import re_path

from engagement.plays.viewsets import PlayViewSet, TrackPlayViewSet

DIGITS = "[0-9]{1,18}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

urlpatterns = [
    re_path(rf"^tracks/(?P<track>{DIGITS})/plays/$", TrackPlayViewSet.as_view({"post": "create"}), name="track-plays"),
    re_path(rf"^plays/(?P<id>{UUID})/$", PlayViewSet.as_view({"patch": "partial_update"}), name="play"),
]
