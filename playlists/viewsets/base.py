"""What all endpoints of playlists share."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from config.lib.filters import FilterBackend
from config.lib.viewsets import VisibleViewSet
from playlists.cards import playlist_card, playlist_manage
from playlists.filters import PlaylistFilter
from playlists.models import Playlist, PlaylistItem
from playlists.policies import can_edit_playlist
from playlists.queries import totals
from playlists.querysets import CARD_COLUMNS
from playlists.serializers import PlaylistCard
from social.models import Space
from social.services import RoleTooLow
from tracks.models import Track

ABSENT = (Playlist.DoesNotExist, PlaylistItem.DoesNotExist, Track.DoesNotExist, Space.DoesNotExist)
EDITING = (RoleTooLow,)
PLAYLIST = OpenApiParameter("playlist", int, "path")


class PlaylistListViewSet(VisibleViewSet):
    """Playlists as rows."""

    queryset = Playlist.objects.all()
    serializer_class = PlaylistCard
    lookup_url_kwarg = "playlist"
    filter_backends: ClassVar[list[Any]] = [FilterBackend]
    filterset_class = PlaylistFilter

    def page(self, queryset: Any, *, edits: bool | None = None) -> Response:
        """One page of cards. `edits`: the numbers are those of the viewer, who may edit all of them, or none."""
        rows = self.paginate_queryset(self.filter_queryset(queryset).for_card()) or []
        own = {} if edits is None else totals([row["id"] for row in rows], viewer=self.viewer, edits=edits)
        return self.get_paginated_response([playlist_card(row, totals=own.get(row["id"])) for row in rows])

    def handle_exception(self, exc: Exception) -> Response:
        """What went to the trash between looking and locking is absent like any other."""
        return super().handle_exception(Http404() if isinstance(exc, ABSENT) else exc)

    def representation(self, playlist_id: int) -> dict[str, Any]:
        """The playlist as the caller may read it; raises Http404. To who is not signed in and brings no key it is what
        lists show: the numbers on the card."""
        found = self.get_queryset().filter(pk=playlist_id)
        row, playlist = found.values(*CARD_COLUMNS).first(), found.select_related("space").first()
        if row is None or playlist is None:
            raise Http404  # also when it was thrown away between the two
        edits = can_edit_playlist(self.request.user, playlist)
        viewer, own = self.viewer, None
        if viewer.user_id is not None or viewer.secret_digest or viewer.grant is not None:
            own = totals([playlist_id], viewer=viewer, edits=edits)[playlist_id]
        body = playlist_card(row, totals=own)
        return {**body, "manage": playlist_manage(playlist)} if edits else body
