"""What the caller does with a thing: `PUT` makes it so, `DELETE` undoes it, and either twice is once."""

from typing import ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS, ApiViewSet
from engagement import services
from engagement.serializers import RepostWrite
from playlists.viewsets.base import PLAYLIST

NOTHING = {204: None}
BOTH = ("switch_on", "switch_off")
TRACK = OpenApiParameter("track", int, "path")
COMMENT = OpenApiParameter("id", int, "path")
POST = OpenApiParameter("post", int, "path")


class Switch(ApiViewSet):
    """Something between the caller and the thing whose id the path holds, which may be absent."""

    scopes = dict.fromkeys(BOTH, Scope.WRITE)
    policies = dict.fromkeys(BOTH, any_person)

    def handle_exception(self, exc: Exception) -> Response:
        """What the caller may not see is absent, whatever noun it is."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)


class LikeSwitch(Switch):
    """Liking. A noun that can be liked is a subclass and a route."""

    kind: ClassVar[services.MarkKind]

    def like(self, thing_id: str) -> Response:
        """Let the caller like it."""
        services.like(kind=self.kind, viewer=self.viewer, thing_id=int(thing_id), at=timezone.now())
        return Response(status=204)

    def unlike(self, thing_id: str) -> Response:
        """Let the caller like it no longer."""
        services.unlike(kind=self.kind, viewer=self.viewer, thing_id=int(thing_id))
        return Response(status=204)


class TrackLikeSwitch(LikeSwitch):
    """Liking a track."""

    kind = services.TRACK_LIKES
    query_words = dict.fromkeys(BOTH, OPENING_WORDS)

    @extend_schema(request=None, responses=NOTHING, parameters=[TRACK, *OPENING])
    def switch_on(self, request: Request, track: str) -> Response:
        """Like a track."""
        return self.like(track)

    @extend_schema(responses=NOTHING, parameters=[TRACK, *OPENING])
    def switch_off(self, request: Request, track: str) -> Response:
        """Like a track no longer; also one that went out of sight since."""
        return self.unlike(track)


class PlaylistLikeSwitch(LikeSwitch):
    """Liking a playlist."""

    kind = services.PLAYLIST_LIKES
    query_words = dict.fromkeys(BOTH, OPENING_WORDS)

    @extend_schema(request=None, responses=NOTHING, parameters=[PLAYLIST, *OPENING])
    def switch_on(self, request: Request, playlist: str) -> Response:
        """Like a playlist."""
        return self.like(playlist)

    @extend_schema(responses=NOTHING, parameters=[PLAYLIST, *OPENING])
    def switch_off(self, request: Request, playlist: str) -> Response:
        """Like a playlist no longer; also one that went out of sight since."""
        return self.unlike(playlist)


class CommentLikeSwitch(LikeSwitch):
    """Liking a comment."""

    kind = services.COMMENT_LIKES

    @extend_schema(request=None, responses=NOTHING, parameters=[COMMENT])
    def switch_on(self, request: Request, id: str) -> Response:  # noqa: A002 -- the contract's name of it
        """Like a comment."""
        return self.like(id)

    @extend_schema(responses=NOTHING, parameters=[COMMENT])
    def switch_off(self, request: Request, id: str) -> Response:  # noqa: A002 -- likewise
        """Like a comment no longer; also one that went out of sight since."""
        return self.unlike(id)


class PostLikeSwitch(LikeSwitch):
    """Liking a post."""

    kind = services.POST_LIKES

    @extend_schema(request=None, responses=NOTHING, parameters=[POST])
    def switch_on(self, request: Request, post: str) -> Response:
        """Like a post."""
        return self.like(post)

    @extend_schema(responses=NOTHING, parameters=[POST])
    def switch_off(self, request: Request, post: str) -> Response:
        """Like a post no longer; also one that went out of sight since."""
        return self.unlike(post)


class RepostSwitch(Switch):
    """Reposting. A noun that can be reposted is a subclass and a route."""

    kind: ClassVar[services.RepostKind]
    problems = {"switch_on": (services.NotListed,)}

    def repost(self, thing_id: str) -> Response:
        """Let the caller show it, with the caption of the body if one is sent."""
        caption = self.checked(RepostWrite).get("caption")
        services.repost(kind=self.kind, viewer=self.viewer, thing_id=int(thing_id), caption=caption, at=timezone.now())
        return Response(status=204)

    def unrepost(self, thing_id: str) -> Response:
        """Let the caller show it no longer."""
        services.unrepost(kind=self.kind, viewer=self.viewer, thing_id=int(thing_id))
        return Response(status=204)


class TrackRepostSwitch(RepostSwitch):
    """Reposting a track."""

    kind = services.TRACK_REPOSTS

    @extend_schema(request=RepostWrite, responses=NOTHING, parameters=[TRACK])
    def switch_on(self, request: Request, track: str) -> Response:
        """Show a track to those who follow the caller, with a caption if one is sent. Again, it changes the caption;
        one that is left out stays as it is."""
        return self.repost(track)

    @extend_schema(responses=NOTHING, parameters=[TRACK])
    def switch_off(self, request: Request, track: str) -> Response:
        """Show a track to them no longer; also one that went out of sight since."""
        return self.unrepost(track)


class PlaylistRepostSwitch(RepostSwitch):
    """Reposting a playlist."""

    kind = services.PLAYLIST_REPOSTS

    @extend_schema(request=RepostWrite, responses=NOTHING, parameters=[PLAYLIST])
    def switch_on(self, request: Request, playlist: str) -> Response:
        """Show a playlist to those who follow the caller, with a caption if one is sent. Again, it changes the caption;
        one that is left out stays as it is."""
        return self.repost(playlist)

    @extend_schema(responses=NOTHING, parameters=[PLAYLIST])
    def switch_off(self, request: Request, playlist: str) -> Response:
        """Show a playlist to them no longer; also one that went out of sight since."""
        return self.unrepost(playlist)
