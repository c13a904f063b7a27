"""The links that somebody hands out to a playlist."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from playlists.models import Playlist
from playlists.policies import can_edit_playlist
from playlists.sharing import PLAYLIST as KIND
from playlists.viewsets.base import PLAYLIST
from tracks.sharing.serializers import ShareLinkCard, ShareLinkWrite
from tracks.sharing.viewsets import ShareLinksViewSet


class PlaylistShareLinksViewSet(ShareLinksViewSet):
    """The links to a playlist."""

    kind = KIND
    queryset = Playlist.objects.all()
    lookup_url_kwarg = "playlist"
    policies: ClassVar[Any] = {"list": can_edit_playlist, "create": can_edit_playlist}

    @extend_schema(responses=ShareLinkCard(many=True), parameters=[PLAYLIST])
    def list(self, request: Request, playlist: str) -> Response:
        """The links to a playlist, the newest first; only those see them who may edit it."""
        return self.page()

    @extend_schema(request=ShareLinkWrite, responses={201: ShareLinkCard}, parameters=[PLAYLIST])
    def create(self, request: Request, playlist: str) -> Response:
        """Make a link that opens the playlist, whatever its visibility, and in it what is of its own owner, until it
        ends, was opened `max_uses` times, or is deleted. A hundred to a playlist at most."""
        return self.make(request)
