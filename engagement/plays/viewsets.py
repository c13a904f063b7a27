from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.limits.budgets import BEATS, PLAYS
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS, ApiViewSet, VisibleViewSet
from engagement.plays import queries, services
from engagement.plays.callers import caller_of, origin_of
from engagement.plays.cards import heard_card
from engagement.plays.models import Play
from engagement.plays.serializers import (
    ArtistStats,
    HeardCard,
    PlayBeat,
    PlayStart,
    PlayStarted,
    StatsQuery,
    TrackStats,
)
from engagement.viewsets.lists import track_cards
from tracks.models import Track
from tracks.policies import can_edit_track

TRACK = OpenApiParameter("track", int, "path")


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
    query_words = {"create": OPENING_WORDS}

    @extend_schema(request=PlayStart, responses={201: PlayStarted}, parameters=[TRACK, *OPENING])
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


class HistoryViewSet(VisibleViewSet):
    """What one has heard oneself."""

    queryset = Play.objects.all()
    serializer_class = HeardCard
    lookup_url_kwarg = "id"
    list_actions = frozenset({"list", "unfinished"})
    scopes = {
        **dict.fromkeys(("list", "unfinished"), Scope.READ),
        **dict.fromkeys(("clear", "destroy"), Scope.WRITE),
    }
    policies = dict.fromkeys(("clear", "destroy"), any_person)

    def page(self, plays: Any) -> Response:
        """One page of plays, with the cards of their tracks."""
        rows = self.paginate_queryset(plays.for_card()) or []
        cards = track_cards({row["track_id"] for row in rows}, self.viewer)
        # What went out of sight between the two queries is left out.
        shown = [row for row in rows if row["track_id"] in cards]
        return self.get_paginated_response([heard_card(row, track=cards[row["track_id"]]) for row in shown])

    @extend_schema(responses=HeardCard(many=True))
    def list(self, request: Request) -> Response:
        """What one has heard, the latest first, each time by itself. What cannot be opened any more is left out."""
        return self.page(self.get_queryset())

    @extend_schema(responses=HeardCard(many=True))
    def unfinished(self, request: Request) -> Response:
        """Where one stopped in the middle: tracks that were left more than 30 seconds from both ends, in the last 90
        days, each at its last position."""
        return self.page(self.get_queryset().unfinished(at=timezone.now()))

    @extend_schema(request=None, responses={204: None})
    def clear(self, request: Request) -> Response:
        """Forget all that one has heard. Counts of plays stay; that it was oneself is not known any more."""
        services.clear_history(user_id=request.user.pk, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses={204: None}, parameters=[OpenApiParameter("id", UUID, "path")])
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002 -- the contract's word
        """Forget that one has heard it that time."""
        services.forget_play(user_id=request.user.pk, play_id=self.get_object().pk)
        return Response(status=204)


class StatsViewSet(VisibleViewSet):
    """What artists are told of their tracks."""

    queryset = Track.objects.all()
    list_actions = frozenset()
    lookup_url_kwarg = "track"
    scopes = dict.fromkeys(("retrieve", "own"), Scope.READ)
    policies = {"retrieve": can_edit_track}
    query_words = dict.fromkeys(("retrieve", "own"), frozenset({"from", "to", "interval"}))

    def span(self) -> queries.Span:
        """The time that is asked for; 400 where it is none."""
        query = StatsQuery(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return queries.Span(**query.validated_data)

    @extend_schema(responses=TrackStats, parameters=[TRACK, StatsQuery])
    def retrieve(self, request: Request, track: str) -> Response:
        """What a track was listened to, by the day, the week or the month, and where along it people listen, skip and
        hear again; for those who may edit it. The figures follow within minutes."""
        found = self.get_object()
        return Response(queries.track_stats(found, self.span()))

    @extend_schema(responses=ArtistStats, parameters=[StatsQuery])
    def own(self, request: Request) -> Response:
        """What all of one's tracks were listened to, and who came to follow; with the tracks that were played most."""
        span = self.span()
        top = queries.top_tracks(request.user, span)
        cards = track_cards({track_id for track_id, *_ in top}, self.viewer)
        most = [
            {"track": cards[track_id], "plays": plays, "listened_ms": heard_ms}
            for track_id, plays, heard_ms in top
            if track_id in cards
        ]
        return Response(queries.artist_stats(request.user, span) | {"top_tracks": most})
