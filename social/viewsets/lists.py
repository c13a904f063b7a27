"""Who follows whom, and one's own blocks and mutes."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.cards import USER_CARD_COLUMNS, user_card
from accounts.models import Block
from accounts.serializers import UserCard
from accounts.viewsets.lookup import USER, person_named
from config.lib.pagination import NewestFirst
from config.lib.scopes import Scope
from config.lib.viewsets import VisibleViewSet
from social.cards import MUTE_CARD_COLUMNS, mute_card
from social.models import Follow, Mute
from social.policies import FollowingsPrivate, can_see_followings
from social.serializers import MuteCard


class PeopleViewSet(VisibleViewSet):
    """Rows between two people, of which the list shows one side."""

    serializer_class = UserCard
    pagination_class = NewestFirst
    scopes = {"list": Scope.READ}
    side: ClassVar[str]

    def page(self, rows: Any) -> Response:
        """One page of the people on that side of the rows."""
        columns = (f"{self.side}__{name}" for name in USER_CARD_COLUMNS)
        found = self.paginate_queryset(rows.values("id", "created_at", *columns))
        return self.get_paginated_response([user_card(row, f"{self.side}__") for row in found or []])


class FollowViewSet(PeopleViewSet):
    """Follows of one person, whom the path names."""

    queryset = Follow.objects.all()
    open_actions = frozenset({"list"})

    def get_queryset(self) -> Any:
        """Those whose other side the viewer may see as well as the person of the path."""
        return Follow.objects.visible_to(self.viewer, sides=[self.side])


class FollowerViewSet(FollowViewSet):
    """The followers of somebody."""

    side = "follower"

    @extend_schema(responses=UserCard(many=True), parameters=[USER])
    def list(self, request: Request, user: str) -> Response:
        """Who follows somebody, the newest first."""
        return self.page(self.get_queryset().filter(followed=person_named(user, viewer=self.viewer)))


class FollowingViewSet(FollowViewSet):
    """Whom somebody follows."""

    side = "followed"
    problems = {"list": (FollowingsPrivate,)}

    @extend_schema(responses=UserCard(many=True), parameters=[USER])
    def list(self, request: Request, user: str) -> Response:
        """Whom somebody follows, the newest first; of who keeps that private only they themselves see it."""
        person = person_named(user, viewer=self.viewer)
        if not can_see_followings(request.user, person):
            raise FollowingsPrivate
        return self.page(self.get_queryset().filter(follower=person))


class BlockViewSet(PeopleViewSet):
    """Whom one blocks."""

    queryset = Block.objects.all()
    side = "blocked"

    @extend_schema(responses=UserCard(many=True))
    def list(self, request: Request) -> Response:
        """The people whom the caller blocks, the newest block first."""
        return self.page(self.get_queryset())


class MuteViewSet(VisibleViewSet):
    """Whom one mutes."""

    queryset = Mute.objects.all()
    serializer_class = MuteCard
    pagination_class = NewestFirst
    scopes = {"list": Scope.READ}

    @extend_schema(responses=MuteCard(many=True))
    def list(self, request: Request) -> Response:
        """The people whom the caller mutes, wholly or only their reposts, the newest first."""
        rows = self.paginate_queryset(self.get_queryset().values(*MUTE_CARD_COLUMNS))
        return self.get_paginated_response([mute_card(row) for row in rows or []])
