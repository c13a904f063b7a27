"""Playlists: lists of them, one of them, and what its owner does with it."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.viewsets.lookup import USER, person_named
from config.lib.caching import cached_answer
from config.lib.pagination import LatestPublished, NewestFirst
from config.lib.permissions import any_person
from config.lib.renderers import dumps
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS
from playlists import services
from playlists.policies import can_edit_playlist
from playlists.queries import find_in_trash
from playlists.serializers import PlaylistCard, PlaylistChange, PlaylistDetail, PlaylistWrite
from playlists.viewsets.base import EDITING, PLAYLIST, PlaylistListViewSet
from social.choices import SpaceRole
from social.models import Space
from tracks.choices import Visibility
from tracks.serializers import SecretToken

ORDERING = OpenApiParameter("ordering", str, enum=list(LatestPublished.orderings))
ADDRESS = (services.PlaylistPermalinkTaken, services.PlaylistPermalinkReserved)


class PlaylistViewSet(PlaylistListViewSet):
    """Playlists: the public list, one of them, and what its owner does with it."""

    pagination_class = LatestPublished
    open_actions = frozenset({"list", "retrieve"})
    repeatable_actions = frozenset({"create"})
    finding_actions = frozenset({"create"})
    scopes = {
        **dict.fromkeys(("list", "retrieve"), Scope.READ),
        **dict.fromkeys(("create", "partial_update", "destroy", "restore"), Scope.WRITE),
        **dict.fromkeys(("make_secret_token", "drop_secret_token"), Scope.WRITE),
    }
    policies = {
        "create": any_person,
        **dict.fromkeys(
            ("partial_update", "destroy", "restore", "make_secret_token", "drop_secret_token"), can_edit_playlist
        ),
    }
    problems = {
        "create": (*ADDRESS, *EDITING, services.PlaylistFull),
        "partial_update": (*ADDRESS, *EDITING, services.PlaylistNotMadeByYou),
        **dict.fromkeys(("destroy", "restore", "make_secret_token", "drop_secret_token"), EDITING),
    }
    query_words = {"list": frozenset({"ordering"}), "retrieve": OPENING_WORDS}

    @extend_schema(responses=PlaylistCard(many=True), parameters=[ORDERING])
    def list(self, request: Request) -> Response:
        """Public playlists, latest first."""
        return self.page(self.get_queryset().listed())

    @extend_schema(request=PlaylistWrite, responses={201: PlaylistDetail})
    def create(self, request: Request) -> Response:
        """Make a playlist, an album, a project; with tracks in it, if `track_ids` names some that the caller may
        open."""
        details = self.checked(PlaylistWrite)
        track_ids = details.pop("track_ids", [])
        made = services.create_playlist(owner=request.user, details=details, track_ids=track_ids, at=timezone.now())
        where = {"Location": f"/api/v1/playlists/{made.pk}/"}
        return Response(self.representation(made.pk), status=201, headers=where)

    @extend_schema(responses=PlaylistDetail, parameters=[*OPENING])
    def retrieve(self, request: Request, playlist: str) -> HttpResponse:
        """One playlist. `tracks_count` and `duration_ms` are of what the caller sees of it."""
        body = self.representation(int(playlist))
        shared = body["visibility"] == Visibility.PUBLIC and "manage" not in body
        return cached_answer(request, content=dumps(body), content_type="application/json", shared=shared)

    @extend_schema(request=PlaylistChange, responses=PlaylistDetail)
    def partial_update(self, request: Request, playlist: str) -> Response:
        """Change what is sent and nothing else. `space_id` puts the playlist into a space, or takes it out: the caller
        is an editor on both sides. The tracks in it stay where they are."""
        found, changes = self.get_object(), self.checked(PlaylistChange)
        services.move_and_update(playlist=found, changes=changes, by=request.user, at=timezone.now())
        return Response(self.representation(found.pk))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, playlist: str) -> Response:
        """Move the playlist to the trash. Its tracks stay where they are."""
        services.trash_playlist(playlist=self.get_object(), by=request.user, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=PlaylistDetail)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, playlist: str) -> Response:
        """Bring the playlist back from the trash, just as it was."""
        found = find_in_trash(int(playlist), viewer=self.viewer) or self.get_object()
        self.check_object_permissions(request, found)
        services.restore_playlist(playlist=found, by=request.user)
        return Response(self.representation(found.pk))

    @extend_schema(request=None, responses={200: SecretToken}, parameters=[PLAYLIST])
    @action(detail=True, methods=["post"], url_path="secret-token", url_name="secret-token")
    def make_secret_token(self, request: Request, playlist: str) -> Response:
        """Make or rotate the link that opens a private playlist, and in it what is private of its own owner; an older
        one opens nothing any more."""
        found = services.make_secret_token(playlist=self.get_object(), by=request.user, at=timezone.now())
        return Response({"secret_token": found.secret_token}, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None}, parameters=[PLAYLIST])
    @make_secret_token.mapping.delete
    def drop_secret_token(self, request: Request, playlist: str) -> Response:
        """Let no link open the playlist any more."""
        services.drop_secret_token(playlist=self.get_object(), by=request.user, at=timezone.now())
        return Response(status=204)


class OwnPlaylistViewSet(PlaylistListViewSet):
    """One's own playlists."""

    scopes = {"list": Scope.READ}
    pagination_class = NewestFirst

    @extend_schema(responses=PlaylistCard(many=True))
    def list(self, request: Request) -> Response:
        """The caller's playlists, whatever their visibility, the newest first; the numbers are those of what the caller
        sees."""
        return self.page(self.get_queryset().owned_by(request.user), edits=True)


class UserPlaylistViewSet(PlaylistListViewSet):
    """What somebody has published."""

    scopes = {"list": Scope.READ}
    pagination_class = LatestPublished
    open_actions = frozenset({"list"})
    query_words = {"list": frozenset({"ordering"})}

    @extend_schema(responses=PlaylistCard(many=True), parameters=[USER, ORDERING])
    def list(self, request: Request, user: str) -> Response:
        """Somebody's public playlists, latest first."""
        person = person_named(user, viewer=self.viewer)
        return self.page(self.get_queryset().listed().owned_by(person))


class SpacePlaylistViewSet(PlaylistListViewSet):
    """What is in a space."""

    scopes = {"list": Scope.READ}
    pagination_class = NewestFirst

    @extend_schema(responses=PlaylistCard(many=True))
    def list(self, request: Request, space: str) -> Response:
        """The playlists of a space, whatever their visibility, the newest first; for its members."""
        found = Space.objects.visible_to(self.viewer).filter(pk=space).first()
        if found is None:
            raise Http404
        edits = SpaceRole(found.viewer_role).reaches(SpaceRole.EDITOR)
        return self.page(self.get_queryset().in_space(found.pk), edits=edits)
