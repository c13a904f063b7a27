from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.limits.budgets import BEATS, PLAYS
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet
from engagement.plays import services
from engagement.plays.callers import caller_of, origin_of
from engagement.plays.serializers import PlayBeat, PlayStart, PlayStarted

TRACK = OpenApiParameter("track", int, "path")
SECRET = OpenApiParameter("secret_token", str, description="Opens a private track.")


class ListeningViewSet(ApiViewSet):
    """What those who tell of their listening share."""

    def handle_exception(self, exc: Exception) -> Response:
        """What the caller cannot see is absent."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)


class TrackPlayViewSet(ListeningViewSet):
    """Listening begins."""

    open_actions = frozenset({"create"})
    scopes = {"create": Scope.WRITE}
    budgets = {"create": PLAYS}
    problems = {"create": (services.NotPlayable,)}
    query_words = {"create": frozenset({"secret_token"})}

    @extend_schema(request=PlayStart, responses={201: PlayStarted}, parameters=[TRACK, SECRET])
    def create(self, request: Request, track: str) -> Response:
        """Somebody begins to listen. A player then tells every 15 seconds or so how far they are
        (`PATCH plays/{id}/`), and when they pause, jump, end or leave.

        What counts as a play is written in docs/plays.md: 30 seconds or half of the track really heard, at most once an
        hour for a listener, never for whoever may edit the track.
        """
        words = self.checked(PlayStart)
        caller = caller_of(request._request, self.viewer)  # noqa: SLF001 -- DRF's own way
        origin = origin_of(request._request, caller, referrer=words["referrer"])  # noqa: SLF001 -- likewise
        play_id = services.start_play(
            track_id=int(track),
            viewer=self.viewer,
            caller=caller,
            origin=origin,
            position_ms=words["position_ms"],
            at=timezone.now(),
        )
        return Response({"play_id": play_id}, status=201)


class PlayViewSet(ListeningViewSet):
    """Listening goes on."""

    open_actions = frozenset({"partial_update"})
    scopes = {"partial_update": Scope.WRITE}
    budgets = {"partial_update": BEATS}

    @extend_schema(request=PlayBeat, responses={204: None}, parameters=[OpenApiParameter("id", UUID, "path")])
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002 -- the contract's word
        """How far somebody is who listens: as often as a player likes, and when they pause, jump, end or leave.

        Only who began the play can tell of it. What is said to have been heard is believed as far as there was time.
        """
        beat = services.Beat(**self.checked(PlayBeat))
        caller = caller_of(request._request, self.viewer)  # noqa: SLF001 -- DRF's own way
        services.beat_play(play_id=UUID(id), caller=caller, beat=beat, at=timezone.now())
        return Response(status=204)
