"""The site's own addresses, and beside them what its lists are measured against."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from config.lib.pagination import LatestPublished
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet, VisibleViewSet
from config.urls import urlpatterns as of_the_site
from tracks.models import Artwork, Sound, Track, TrackCounts

CONSTANT = b'{"results":[' + b",".join([b'{"id":1,"title":"a constant","text":"%s"}' % (b"x" * 900)] * 20) + b"]}"


class BareViewSet(ApiViewSet):
    """The floor: sign-in, limits, middleware, and bytes that were ready before."""

    scopes = {"retrieve": Scope.READ}

    def retrieve(self, request: Request) -> HttpResponse:
        return HttpResponse(CONSTANT, content_type="application/json")


class PersonByModel(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "username", "display_name", "role")


class ArtworkByModel(serializers.ModelSerializer[Artwork]):
    class Meta:
        model = Artwork
        fields = ("key", "color", "placeholder")


class SoundByModel(serializers.ModelSerializer[Sound]):
    class Meta:
        model = Sound
        fields = ("id", "integrated_lufs", "true_peak_dbtp", "range_lu")


class CountsByModel(serializers.ModelSerializer[TrackCounts]):
    class Meta:
        model = TrackCounts
        fields = ("plays", "likes", "reposts", "comments", "downloads")


class TrackByModel(serializers.ModelSerializer[Track]):
    owner = PersonByModel()
    artwork = ArtworkByModel()
    sound = SoundByModel()
    counts = CountsByModel()

    class Meta:
        model = Track
        fields = (
            "id", "title", "permalink", "artist", "description", "genre", "tags", "license", "visibility", "audience",
            "state", "duration_ms", "created_at", "published_at", "release_date", "bpm", "key", "isrc", "explicit",
            "downloadable", "comments_enabled", "owner", "artwork", "sound", "counts",
        )  # fmt: skip


class ByModelViewSet(VisibleViewSet):
    """The same list as the framework's handbook writes it: instances, joined ahead, through ModelSerializer."""

    queryset = Track.objects.all()
    serializer_class = TrackByModel
    pagination_class = LatestPublished
    scopes = {"list": Scope.READ}

    def list(self, request: Request) -> Response:
        rows: Any = self.get_queryset().listed().select_related("owner", "artwork", "sound", "counts")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


urlpatterns = [
    path("api/v1/bare/", BareViewSet.as_view({"get": "retrieve"})),
    path("api/v1/by-model/", ByModelViewSet.as_view({"get": "list"})),
    *of_the_site,
]
