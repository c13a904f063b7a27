from django.urls import path, re_path

from engagement.plays.viewsets import HistoryViewSet, PlayViewSet, StatsViewSet, TrackPlayViewSet

DIGITS = "[0-9]{1,18}"
UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

urlpatterns = [
    re_path(rf"^tracks/(?P<track>{DIGITS})/plays/$", TrackPlayViewSet.as_view({"post": "create"}), name="track-plays"),
    re_path(rf"^plays/(?P<id>{UUID})/$", PlayViewSet.as_view({"patch": "partial_update"}), name="play"),
    path("me/history/", HistoryViewSet.as_view({"get": "list", "delete": "clear"}), name="history"),
    re_path(rf"^me/history/(?P<id>{UUID})/$", HistoryViewSet.as_view({"delete": "destroy"}), name="history-play"),
    path("me/continue-listening/", HistoryViewSet.as_view({"get": "unfinished"}), name="continue-listening"),
    path("me/stats/", StatsViewSet.as_view({"get": "own"}), name="own-stats"),
    re_path(rf"^tracks/(?P<track>{DIGITS})/stats/$", StatsViewSet.as_view({"get": "retrieve"}), name="track-stats"),
]
