"""`me/trash/`: what the caller may bring back, and letting it go for good."""

from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.composed.trash import BY_WORD, ORDERING, purge_now, rows_of, trash_card
from config.lib.pagination import CursorPages, Place, reversed_ordering
from config.lib.permissions import any_person
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet
from engagement.comments.services import CommentJustWritten
from engagement.posts.services import PostJustWritten
from social.services import RoleTooLow

WORDS = list(BY_WORD)


class TrashEntry(serializers.Serializer[Any]):
    """`title`: of a comment or a post the beginning of its words. From `purge_at` on it goes for good."""

    kind = serializers.ChoiceField(choices=WORDS)
    id = serializers.IntegerField()
    title = serializers.CharField()
    deleted_at = serializers.DateTimeField()
    purge_at = serializers.DateTimeField()


class TrashPages(CursorPages):
    """What was thrown away last comes first, whatever it is."""

    ordering = ORDERING

    def rows(self, queryset: Any, place: Place) -> list[Any]:
        """The rows of the page out of all kinds, and one more if there is one. A viewer stands for a queryset."""
        ordering = reversed_ordering(self.ordering) if place.backwards else self.ordering
        return rows_of(queryset, ordering=ordering, values=place.values, most=self.page_size + 1)


class TrashViewSet(ApiViewSet):
    """The caller's trash. Letting something go for good is for people alone: a program's token may throw away, and what
    it threw away can be brought back."""

    serializer_class = TrashEntry
    pagination_class = TrashPages
    scopes = {"list": Scope.READ}
    policies = {"destroy": any_person}
    query_words = {"list": frozenset({"limit", "cursor"})}
    problems: ClassVar[Any] = {"destroy": (CommentJustWritten, PostJustWritten, RoleTooLow)}

    def handle_exception(self, exc: Exception) -> Response:
        """What was brought back, or went, between looking and locking is absent."""
        return super().handle_exception(Http404() if isinstance(exc, ObjectDoesNotExist) else exc)

    @extend_schema(responses=TrashEntry(many=True))
    def list(self, request: Request) -> Response:
        """What the caller has thrown away and may bring back, the last first: of spaces what their role lets them edit,
        and comments that were taken from their tracks. After thirty days it goes for good, at `purge_at`."""
        whose: Any = self.viewer
        rows = self.paginate_queryset(whose) or []
        return self.get_paginated_response([trash_card(row) for row in rows])

    @extend_schema(
        responses={204: None},
        parameters=[
            OpenApiParameter("kind", str, "path", enum=WORDS),
            OpenApiParameter("id", int, "path"),
        ],
    )
    def destroy(self, request: Request, kind: str, id: str) -> Response:  # noqa: A002 -- the contract's word
        """Let something in the trash go for good, now; what is stored of it goes within moments."""
        if not purge_now(word=kind, thing_id=int(id), viewer=self.viewer, at=timezone.now()):
            raise Http404
        return Response(status=204)
