from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.kept import KeptList, kept_rows
from config.lib.pagination import CursorPages, NewestFirst, Ordering
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import OPENING, OPENING_WORDS, VisibleViewSet
from engagement.comments import queries, services
from engagement.comments.cards import comment_card
from engagement.comments.exporting import FORMS, export
from engagement.comments.models import Comment
from engagement.comments.policies import can_delete_comment, can_edit_comment, can_pin_comment
from engagement.comments.serializers import CommentCard, CommentEdit, CommentWrite, ExportQuery, ThreadQuery
from tracks.models import Track
from tracks.policies import can_edit_track

TRACK = OpenApiParameter("track", int, "path")
BRAKES = (
    services.CommentsTooFast,
    services.TooManyLinks,
    services.TooManyMentions,
    services.CommentsClosed,
    services.CommentingNotGranted,
)

WRITING = ("partial_update", "destroy", "restore", "pin", "unpin")

# A file has none, although what it holds is a list.
NO_PAGES = [OpenApiParameter(name, exclude=True) for name in ("cursor", "limit")]


class ThreadPages(CursorPages):
    """The newest first, or by their moments; those without one come last."""

    ordering = NewestFirst.ordering
    orderings = {"-created_at": ordering, "timestamp": ("place_ms", "id")}


class ReplyPages(CursorPages):
    """As people said it."""

    ordering: Ordering = ("created_at", "id")


ORDERING = OpenApiParameter("ordering", str, enum=list(ThreadPages.orderings))


class CommentsViewSet(VisibleViewSet):
    """What the two endpoints of comments share."""

    queryset = Comment.objects.all()
    serializer_class = CommentCard

    def page(self, comments: Any) -> Response:
        """One page of cards, without people whom the viewer mutes."""
        return self.cards(comments.unmuted(self.viewer).for_card())

    def cards(self, rows: Any) -> Response:
        """One page of the cards of these rows."""
        return self.get_paginated_response([comment_card(row) for row in self.paginate_queryset(rows) or []])

    def card(self, comment_id: int) -> dict[str, Any]:
        """A comment as the caller may read it; raises Http404."""
        row = self.get_queryset().filter(pk=comment_id).for_card().first()
        if row is None:
            raise Http404
        return comment_card(row)

    def handle_exception(self, exc: Exception) -> Response:
        """What went out of sight between looking and locking is absent like anything else."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)


class TrackCommentViewSet(CommentsViewSet):
    """What is said to a track."""

    pagination_class = ThreadPages
    open_actions = frozenset({"list"})
    repeatable_actions = frozenset({"create"})
    finding_actions = frozenset({"create"})
    scopes = {"list": Scope.READ, "create": Scope.WRITE, "export": Scope.READ}
    policies = {"create": any_person, "export": can_edit_track}
    problems = {
        "create": (
            *BRAKES,
            services.CommentRepeated,
            services.TrackTooBusy,
            services.TimestampBeyondEnd,
            services.ClientIdReused,
        )
    }
    query_words = {
        "list": OPENING_WORDS | {"ordering", "from_ms", "to_ms", "pinned"},
        "create": OPENING_WORDS,
        "export": OPENING_WORDS | {"form"},
    }

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:  # noqa: FBT001, FBT002 -- DRF's
        """What an export answers with is said by `form`."""
        return super().perform_content_negotiation(request, force or self.action == "export")

    def track(self, track_id: str) -> Track:
        """The track that the path names; raises Http404."""
        found = Track.objects.visible_to(self.viewer).filter(pk=int(track_id)).first()
        if found is None:
            raise Http404
        return found

    def asked(self, query_class: Any) -> dict[str, Any]:
        """The query parameters that the serializer knows; 400 for values that say nothing."""
        words = self.request.query_params
        query = query_class(data={name: words[name] for name in words if name in query_class().fields})
        query.is_valid(raise_exception=True)
        data: dict[str, Any] = query.validated_data
        return data

    @extend_schema(responses=CommentCard(many=True), parameters=[TRACK, *OPENING, ORDERING, ThreadQuery])
    def list(self, request: Request, track: str) -> Response:
        """The threads of a track: what people have said to it, each with the number of its replies.

        A head that is gone while others go on with its thread stands there without words (`deleted`).
        """
        found = kept_rows(queries.duration_of, self.viewer, int(track))
        if not found:
            raise Http404
        rows = KeptList(queries.thread_cards, self.viewer, (int(track),))
        if not request.query_params.keys() & ThreadQuery().fields.keys():
            return self.cards(rows)
        asked = self.asked(ThreadQuery)
        threads = rows.rows().filter(pinned_at__isnull=False) if asked["pinned"] else rows.rows()
        span = {"from_ms": asked["from_ms"], "to_ms": asked["to_ms"]}
        return self.cards(threads.within(**span, **found[0]))

    @extend_schema(request=CommentWrite, responses={201: CommentCard}, parameters=[TRACK, *OPENING])
    def create(self, request: Request, track: str) -> Response:
        """Say something to a track, to a moment of it (`timestamp_ms`), or to somebody (`parent_id`)."""
        words = services.Words(**self.checked(CommentWrite))
        added = services.add_comment(track_id=int(track), viewer=self.viewer, words=words, at=timezone.now())
        return Response(self.card(added.comment.pk), status=201)

    @extend_schema(
        responses={
            (200, "text/vtt"): OpenApiResponse(OpenApiTypes.STR),
            (200, "application/json"): CommentCard(many=True),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR),
        },
        parameters=[TRACK, *OPENING, ExportQuery, *NO_PAGES],
    )
    def export(self, request: Request, track: str) -> HttpResponseBase:
        """All comments by their moments, as a file for those who work on the track: subtitles (those with a moment),
        cards, or a table."""
        found, form = self.track(track), self.asked(ExportQuery)["form"]
        self.check_object_permissions(request, found)
        rows = queries.comments_in_order(track_id=found.pk, viewer=self.viewer)
        pieces: Iterator[bytes] = export(rows, form=form)
        response = StreamingHttpResponse(pieces, content_type=FORMS[form][0])
        response["Content-Disposition"] = f'attachment; filename="comments-{found.pk}.{form}"'
        response["Cache-Control"] = "no-store"
        return response


class CommentViewSet(CommentsViewSet):
    """One comment."""

    pagination_class = ReplyPages
    lookup_url_kwarg = "id"
    open_actions = frozenset({"replies"})
    list_actions = frozenset({"replies"})
    scopes = {"replies": Scope.READ, **dict.fromkeys(WRITING, Scope.WRITE)}
    policies: ClassVar[Any] = {
        "partial_update": can_edit_comment,
        "destroy": can_delete_comment,
        "restore": can_delete_comment,
        "pin": can_pin_comment,
        "unpin": can_pin_comment,
    }
    problems: ClassVar[Any] = {
        "partial_update": BRAKES,
        "pin": (services.PinNeedsThread,),
        "restore": (services.CommentPlaceClosed,),
    }
    query_words = dict.fromkeys((*WRITING, "replies"), OPENING_WORDS)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("track")

    @extend_schema(request=CommentEdit, responses=CommentCard, parameters=[*OPENING])
    def partial_update(self, request: Request, id: str) -> Response:  # noqa: A002 -- the contract's word
        """Say it otherwise; `edited_at` tells."""
        comment, body = self.get_object(), self.checked(CommentEdit)["body"]
        services.edit_comment(comment=comment, viewer=self.viewer, body=body, at=timezone.now())
        return Response(self.card(comment.pk))

    @extend_schema(responses={204: None}, parameters=[*OPENING])
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002 -- likewise
        """Take it away: its author, be the track open to them or not, or whoever edits the track. What hangs on it
        stays."""
        own = queries.said_by(self.viewer).filter(pk=id).first()
        services.delete_comment(comment=own or self.get_object(), by=request.user, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses=CommentCard, parameters=[*OPENING])
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, id: str) -> Response:  # noqa: A002 -- likewise
        """Let it be read again as it was: its author where they deleted it, whoever edits the track where somebody else
        did. It is pinned no longer; one that stands already stays as it is."""
        thrown = queries.thrown_away(self.viewer).filter(pk=id).first()
        comment = thrown or self.get_object()
        services.restore_comment(comment=comment, viewer=self.viewer)
        return Response(self.card(comment.pk))

    @extend_schema(responses=CommentCard(many=True), parameters=[*OPENING])
    @action(detail=True)
    def replies(self, request: Request, id: str) -> Response:  # noqa: A002 -- likewise
        """What hangs on a comment, the oldest first."""
        return self.page(self.get_queryset().filter(parent=self.get_object()))

    @extend_schema(request=None, responses={204: None}, parameters=[*OPENING])
    @action(detail=True, methods=["put"])
    def pin(self, request: Request, id: str) -> Response:  # noqa: A002 -- likewise
        """Let it be seen first, in the place of the one that was."""
        services.pin_comment(comment=self.get_object(), at=timezone.now())
        return Response(status=204)

    @extend_schema(responses={204: None}, parameters=[*OPENING])
    @pin.mapping.delete
    def unpin(self, request: Request, id: str) -> Response:  # noqa: A002 -- likewise
        """Let it take its place among the others."""
        services.unpin_comment(comment=self.get_object())
        return Response(status=204)
