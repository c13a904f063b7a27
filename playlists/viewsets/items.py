"""What is in a playlist, and in which order."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.limits.budgets import UPLOADS
from config.lib.pagination import CursorPages
from config.lib.pictures.images import PictureRefused
from config.lib.pictures.serializers import ImageForm
from config.lib.pictures.taking import PictureBusy
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS
from playlists import services
from playlists.models import PlaylistItem
from playlists.policies import can_edit_playlist
from playlists.serializers import ItemWrite, MoveWrite, OrderWrite, PlaylistDetail
from playlists.viewsets.base import EDITING, PLAYLIST, PlaylistListViewSet
from tracks.cards import track_card
from tracks.models import Track
from tracks.serializers import TrackCard

TRACK = OpenApiParameter("track", int, "path")


class InOrder(CursorPages):
    """By their place in the playlist, which is unique there."""

    ordering = ("rank",)


class PlaylistTrackViewSet(PlaylistListViewSet):
    """The tracks of a playlist."""

    serializer_class = TrackCard
    pagination_class = InOrder
    filter_backends: ClassVar[list[Any]] = []
    filterset_class = None
    open_actions = frozenset({"list"})
    repeatable_actions = frozenset({"create"})
    scopes = {"list": Scope.READ, "create": Scope.WRITE, "destroy": Scope.WRITE}
    policies = {"create": can_edit_playlist, "destroy": can_edit_playlist}
    problems = {
        "create": (*EDITING, services.TrackInPlaylist, services.PlaylistFull, services.PositionBeyondEnd),
        "destroy": EDITING,
    }
    query_words = {"list": OPENING_WORDS}

    @extend_schema(responses=TrackCard(many=True), parameters=[PLAYLIST, *OPENING])
    def list(self, request: Request, playlist: str) -> Response:
        """The tracks of a playlist in their order. What the caller may not open is left out; so is what no list shows,
        but for one's own, for whoever edits the playlist, and for what its secret token or a shared link opens."""
        found = self.get_object()
        items = PlaylistItem.objects.visible_to(self.viewer)
        if not can_edit_playlist(request.user, found):
            items = items.shown_to(self.viewer)
        page = self.paginate_queryset(items.of(found.pk).values("rank", "track_id")) or []
        cards = self.cards([row["track_id"] for row in page])
        # What went out of sight between the two queries is left out.
        return self.get_paginated_response([cards[row["track_id"]] for row in page if row["track_id"] in cards])

    @extend_schema(request=ItemWrite, responses={201: TrackCard}, parameters=[PLAYLIST])
    def create(self, request: Request, playlist: str) -> Response:
        """Put a track into the playlist, at the end or at `position`: one that the caller may open."""
        found, wish = self.get_object(), self.checked(ItemWrite)
        services.add_track(playlist=found, **wish, by=request.user, at=timezone.now())
        cards = self.cards([wish["track_id"]])
        if not cards:
            raise Http404
        return Response(cards[wish["track_id"]], status=201)

    @extend_schema(responses={204: None}, parameters=[PLAYLIST, TRACK])
    def destroy(self, request: Request, playlist: str, track: str) -> Response:
        """Take a track out of the playlist."""
        services.remove_track(playlist=self.get_object(), track_id=int(track), by=request.user, at=timezone.now())
        return Response(status=204)

    def cards(self, track_ids: Any) -> dict[int, dict[str, Any]]:
        """The cards of these tracks, by id. One query."""
        rows = Track.objects.visible_to(self.viewer).filter(pk__in=track_ids).for_card()
        return {row["id"]: track_card(row) for row in rows}


class PlaylistOrderViewSet(PlaylistListViewSet):
    """The order of a playlist."""

    filter_backends: ClassVar[list[Any]] = []
    filterset_class = None
    scopes = {"update": Scope.WRITE, "move": Scope.WRITE}
    policies = {"update": can_edit_playlist, "move": can_edit_playlist}
    problems = {"update": (*EDITING, services.PlaylistChanged), "move": (*EDITING, services.PlaylistChanged)}

    @extend_schema(request=OrderWrite, responses=PlaylistDetail, parameters=[PLAYLIST])
    def update(self, request: Request, playlist: str) -> Response:
        """Let the tracks stand in this order. `track_ids` names each that the caller sees in the playlist, once; what
        the caller does not see keeps its place."""
        found, wish = self.get_object(), self.checked(OrderWrite)
        services.set_order(playlist=found, **wish, by=request.user, at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(request=MoveWrite, responses=PlaylistDetail, parameters=[PLAYLIST])
    def move(self, request: Request, playlist: str) -> Response:
        """Let one track stand right before another one, or right after it."""
        found, wish = self.get_object(), self.checked(MoveWrite)
        after = "after_id" in wish
        anchor_id = wish["after_id"] if after else wish["before_id"]
        track_id, by = wish["track_id"], request.user
        services.move_item(
            playlist=found, track_id=track_id, anchor_id=anchor_id, after=after, by=by, at=timezone.now()
        )
        return Response(self.representation(found.pk))


class PlaylistArtworkViewSet(PlaylistListViewSet):
    """The picture of a playlist."""

    filter_backends: ClassVar[list[Any]] = []
    filterset_class = None
    parser_classes = (MultiPartParser,)
    scopes = {"update": Scope.WRITE, "destroy": Scope.WRITE}
    policies = {"update": can_edit_playlist, "destroy": can_edit_playlist}
    budgets = {"update": UPLOADS}
    problems = {"update": (*EDITING, PictureRefused, PictureBusy), "destroy": EDITING}

    @extend_schema(request={"multipart/form-data": ImageForm}, responses=PlaylistDetail, parameters=[PLAYLIST])
    def update(self, request: Request, playlist: str) -> Response:
        """Choose a picture. It is turned upright, stripped of what it tells of place and camera, and stored in three
        sizes; the addresses of an older one open nothing any more."""
        found, form = self.get_object(), self.checked(ImageForm)
        services.set_artwork(playlist=found, **form, by=request.user, at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses={204: None}, parameters=[PLAYLIST])
    def destroy(self, request: Request, playlist: str) -> Response:
        """Let the playlist show the covers of its first tracks again."""
        services.remove_artwork(playlist=self.get_object(), by=request.user, at=timezone.now())
        return Response(status=204)
