"""Who likes and reposts a thing, and what somebody likes and reposts: pages over the marks, each walking one index."""

from collections.abc import Callable, Collection
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.serializers import UserCard
from accounts.viewsets.lookup import USER, person_named
from config.lib.pagination import NewestFirst
from config.lib.scopes import Scope
from config.lib.viewer import Viewer
from config.lib.viewsets import OPENING, OPENING_WORDS, VisibleViewSet
from engagement.cards import like_card, repost_card
from engagement.models import Post, PostLike, TrackLike, TrackRepost
from engagement.policies import LikesPrivate, can_see_likes
from engagement.posts.cards import post_card
from engagement.serializers import LikedPost, LikedTrack, RepostedTrack
from social.viewsets.lists import PeopleViewSet
from tracks.cards import track_card
from tracks.models import Track

TRACK = OpenApiParameter("track", int, "path")
POST = OpenApiParameter("post", int, "path")
Cards = dict[int, dict[str, Any]]


def track_cards(ids: Collection[int], viewer: Viewer) -> Cards:
    """The cards of these tracks, by id. One query."""
    return {row["id"]: track_card(row) for row in Track.objects.visible_to(viewer).filter(pk__in=ids).for_card()}


def post_cards(ids: Collection[int], viewer: Viewer) -> Cards:
    """The cards of these posts, by id. One query."""
    rows = Post.objects.visible_to(viewer).filter(pk__in=ids).for_card(viewer)
    return {row["id"]: post_card(row) for row in rows}


class WhoViewSet(PeopleViewSet):
    """The people who have set a mark on a thing. Another noun is a subclass and a route."""

    open_actions = frozenset({"list"})
    side = "person"

    def who(self, things: Any, thing_id: str, rows: Any) -> Response:
        """One page of them; 404 for a thing that the viewer may not see."""
        if not things.filter(pk=int(thing_id)).exists():
            raise Http404
        return self.page(rows.on(int(thing_id)))


class TrackLikersViewSet(WhoViewSet):
    """Who likes a track."""

    queryset = TrackLike.objects.all()
    query_words = {"list": OPENING_WORDS}

    @extend_schema(responses=UserCard(many=True), parameters=[TRACK, *OPENING])
    def list(self, request: Request, track: str) -> Response:
        """Who likes a track, the newest first. Who keeps to themselves what they like is counted, and not told."""
        return self.who(Track.objects.visible_to(self.viewer), track, self.get_queryset().told_to(self.viewer))


class TrackRepostersViewSet(WhoViewSet):
    """Who reposts a track."""

    queryset = TrackRepost.objects.all()
    query_words = {"list": OPENING_WORDS}

    @extend_schema(responses=UserCard(many=True), parameters=[TRACK, *OPENING])
    def list(self, request: Request, track: str) -> Response:
        """Who reposts a track, the newest first."""
        return self.who(Track.objects.visible_to(self.viewer), track, self.get_queryset())


class PostLikersViewSet(WhoViewSet):
    """Who likes a post."""

    queryset = PostLike.objects.all()

    @extend_schema(responses=UserCard(many=True), parameters=[POST])
    def list(self, request: Request, post: str) -> Response:
        """Who likes a post, the newest first. Who keeps to themselves what they like is counted, and not told."""
        return self.who(Post.objects.visible_to(self.viewer), post, self.get_queryset().told_to(self.viewer))


class MarkedViewSet(VisibleViewSet):
    """The things on which somebody has set a mark; of them only what lists show to the viewer."""

    pagination_class = NewestFirst
    scopes = {"list": Scope.READ}

    def what(self, rows: Any, cards: Callable[[Collection[int], Viewer], Cards], entry: Any, *more: str) -> Response:
        """One page: the marks, and then the cards of what they are set on."""
        thing_id = f"{rows.model.noun}_id"
        shown = rows.shown_to(self.viewer).values("id", "created_at", thing_id, *more)
        page = self.paginate_queryset(shown) or []
        things = cards([row[thing_id] for row in page], self.viewer)
        # What went out of sight between the two queries is left out.
        entries = [entry(row, thing=things[row[thing_id]]) for row in page if row[thing_id] in things]
        return self.get_paginated_response(entries)


class OwnLikedTracksViewSet(MarkedViewSet):
    """The tracks that one likes."""

    queryset = TrackLike.objects.all()
    serializer_class = LikedTrack

    @extend_schema(responses=LikedTrack(many=True))
    def list(self, request: Request) -> Response:
        """The tracks that the caller likes, the last liked first; what left the lists is left out until it is back."""
        return self.what(self.get_queryset().by(request.user.pk), track_cards, like_card)


class OwnLikedPostsViewSet(MarkedViewSet):
    """The posts that one likes."""

    queryset = PostLike.objects.all()
    serializer_class = LikedPost

    @extend_schema(responses=LikedPost(many=True))
    def list(self, request: Request) -> Response:
        """The posts that the caller likes, the last liked first."""
        return self.what(self.get_queryset().by(request.user.pk), post_cards, like_card)


class UserLikesViewSet(MarkedViewSet):
    """What somebody likes."""

    queryset = TrackLike.objects.all()
    serializer_class = LikedTrack
    open_actions = frozenset({"list"})
    problems = {"list": (LikesPrivate,)}

    @extend_schema(responses=LikedTrack(many=True), parameters=[USER])
    def list(self, request: Request, user: str) -> Response:
        """The tracks that somebody likes, the last liked first; who keeps that private sees it alone."""
        person = person_named(user, viewer=self.viewer)
        if not can_see_likes(request.user, person):
            raise LikesPrivate
        return self.what(self.get_queryset().by(person.pk), track_cards, like_card)


class UserRepostsViewSet(MarkedViewSet):
    """What somebody reposts."""

    queryset = TrackRepost.objects.all()
    serializer_class = RepostedTrack
    open_actions = frozenset({"list"})

    @extend_schema(responses=RepostedTrack(many=True), parameters=[USER])
    def list(self, request: Request, user: str) -> Response:
        """The tracks that somebody reposts, the last first, with what they said of them."""
        person = person_named(user, viewer=self.viewer)
        return self.what(self.get_queryset().by(person.pk), track_cards, repost_card, "caption")
