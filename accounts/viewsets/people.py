from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cards import USER_CARD_COLUMNS, USER_DETAIL_COLUMNS, user_card, user_detail
from accounts.filters import UserFilter
from accounts.models import User
from accounts.queries import named
from accounts.serializers import UserCard, UserDetail
from accounts.viewsets.lookup import USER
from config.lib.caching import cached_answer
from config.lib.filters import FilterBackend
from config.lib.pagination import CursorPages, Ordering
from config.lib.renderers import dumps
from config.lib.scopes import Scope
from config.lib.viewsets import VisibleViewSet


class MostFollowed(CursorPages):
    """By the number of followers, as it was when lists were told last."""

    ordering = ("-popularity", "-id")
    orderings: ClassVar[dict[str, Ordering]] = {
        "-followers_count": ordering,
        "-created_at": ("-created_at", "-id"),
    }


class UserViewSet(VisibleViewSet):
    """People, as everybody sees them."""

    queryset = User.objects.all()
    serializer_class = UserCard
    pagination_class = MostFollowed
    filter_backends: ClassVar[list[Any]] = [FilterBackend]
    filterset_class = UserFilter
    scopes = {"list": Scope.READ, "retrieve": Scope.READ}
    open_actions = frozenset({"list", "retrieve"})
    query_words = {"list": frozenset({"ordering"})}

    @extend_schema(
        responses=UserCard(many=True),
        parameters=[OpenApiParameter("ordering", str, enum=list(MostFollowed.orderings))],
    )
    def list(self, request: Request) -> Response:
        """The people who are to be found, most followed first (counted anew every quarter of an hour)."""
        people = self.filter_queryset(self.get_queryset().listed())
        rows = self.paginate_queryset(people.values(*USER_CARD_COLUMNS, "popularity", "created_at"))
        return self.get_paginated_response([user_card(row) for row in rows or []])

    @extend_schema(responses=UserDetail, parameters=[USER])
    def retrieve(self, request: Request, user: str) -> HttpResponse:
        """Somebody's public profile; under an earlier name of theirs too."""
        row = self.get_queryset().filter(named(user)).values(*USER_DETAIL_COLUMNS).first()
        if row is None:
            raise Http404
        return cached_answer(request, content=dumps(user_detail(row)), content_type="application/json", shared=True)
