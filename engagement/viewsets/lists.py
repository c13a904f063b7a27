"""Who likes and reposts a thing, and what somebody likes and reposts: pages over the marks, each walking one index."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.serializers import UserCard
from accounts.viewsets.lookup import USER, person_named
from config.lib.pagination import NewestFirst
from config.lib.scopes import Scope
from config.lib.viewer import Viewer
from config.lib.viewsets import OPENING, OPENING_WORDS, VisibleViewSet
from engagement.cards import like_card, repost_card
from engagement.models import Mark, PlaylistLike, PlaylistRepost, Post, PostLike, TrackLike, TrackRepost
from engagement.policies import LikesPrivate, can_see_likes
from engagement.posts.cards import post_card
from engagement.serializers import (
    KindQuery,
    LikedPlaylist,
    LikedPost,
    LikedTrack,
    RepostedPlaylist,
    RepostedTrack,
)
from playlists.cards import playlist_card
from playlists.models import Playlist
from playlists.viewsets.base import PLAYLIST
from social.viewsets.lists import PeopleViewSet
from tracks.cards import track_card
from tracks.models import Track

TRACK = OpenApiParameter("track", int, "path")
POST = OpenApiParameter("post", int, "path")
KINDS = OpenApiParameter(
    "kind", str, enum=["track", "playlist"], default="track", description="Things of which kind the list holds."
)
Cards = dict[int, dict[str, Any]]


def track_cards(ids: Collection[int], viewer: Viewer) -> Cards:
    """The cards of these tracks, by id. One query."""
    return {row["id"]: track_card(row) for row in Track.objects.visible_to(viewer).filter(pk__in=ids).for_card()}


def playlist_cards(ids: Collection[int], viewer: Viewer) -> Cards:
    """The cards of these playlists, by id. One query."""
    rows = Playlist.objects.visible_to(viewer).filter(pk__in=ids).for_card()
    return {row["id"]: playlist_card(row) for row in rows}


def post_cards(ids: Collection[int], viewer: Viewer) -> Cards:
    """The cards of these posts, by id. One query."""
    rows = Post.objects.visible_to(viewer).filter(pk__in=ids).for_card(viewer)
    return {row["id"]: post_card(row) for row in rows}


# Noun of a mark -> the cards of what it is set on.
CARDS: Mapping[str, Callable[[Collection[int], Viewer], Cards]] = {
    "track": track_cards,
    "playlist": playlist_cards,
    "post": post_cards,
}


def either(name: str, **entries: Any) -> PolymorphicProxySerializer:
    """Entries of a list that holds things of one kind or another, as `kind` says."""
    return PolymorphicProxySerializer(
        component_name=name, serializers=entries, resource_type_field_name="kind", many=True
    )


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


class PlaylistLikersViewSet(WhoViewSet):
    """Who likes a playlist."""

    queryset = PlaylistLike.objects.all()
    query_words = {"list": OPENING_WORDS}

    @extend_schema(responses=UserCard(many=True), parameters=[PLAYLIST, *OPENING])
    def list(self, request: Request, playlist: str) -> Response:
        """Who likes a playlist, the newest first. Who keeps to themselves what they like is counted, and not told."""
        return self.who(Playlist.objects.visible_to(self.viewer), playlist, self.get_queryset().told_to(self.viewer))


class PlaylistRepostersViewSet(WhoViewSet):
    """Who reposts a playlist."""

    queryset = PlaylistRepost.objects.all()
    query_words = {"list": OPENING_WORDS}

    @extend_schema(responses=UserCard(many=True), parameters=[PLAYLIST, *OPENING])
    def list(self, request: Request, playlist: str) -> Response:
        """Who reposts a playlist, the newest first."""
        return self.who(Playlist.objects.visible_to(self.viewer), playlist, self.get_queryset())


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

    def what(self, rows: Any, entry: Any, *more: str) -> Response:
        """One page: the marks, and then the cards of what they are set on."""
        noun = rows.model.noun
        shown = rows.shown_to(self.viewer).values("id", "created_at", f"{noun}_id", *more)
        page = self.paginate_queryset(shown) or []
        things = CARDS[noun]([row[f"{noun}_id"] for row in page], self.viewer)
        # What went out of sight between the two queries is left out.
        entries = [entry(row, thing=things[row[f"{noun}_id"]]) for row in page if row[f"{noun}_id"] in things]
        return self.get_paginated_response(entries)


class OwnLikedTracksViewSet(MarkedViewSet):
    """The tracks that one likes."""

    queryset = TrackLike.objects.all()
    serializer_class = LikedTrack

    @extend_schema(responses=LikedTrack(many=True))
    def list(self, request: Request) -> Response:
        """The tracks that the caller likes, the last liked first; what left the lists is left out until it is back."""
        return self.what(self.get_queryset().by(request.user.pk), like_card)


class OwnLikedPlaylistsViewSet(MarkedViewSet):
    """The playlists that one likes."""

    queryset = PlaylistLike.objects.all()
    serializer_class = LikedPlaylist

    @extend_schema(responses=LikedPlaylist(many=True))
    def list(self, request: Request) -> Response:
        """The playlists that the caller likes, the last liked first; what left the lists is left out until it is
        back."""
        return self.what(self.get_queryset().by(request.user.pk), like_card)


class OwnLikedPostsViewSet(MarkedViewSet):
    """The posts that one likes."""

    queryset = PostLike.objects.all()
    serializer_class = LikedPost

    @extend_schema(responses=LikedPost(many=True))
    def list(self, request: Request) -> Response:
        """The posts that the caller likes, the last liked first."""
        return self.what(self.get_queryset().by(request.user.pk), like_card)


class OfKindViewSet(MarkedViewSet):
    """Marks of somebody on things of the kind that `?kind=` names, tracks without it: each list walks one index."""

    open_actions = frozenset({"list"})
    query_words = {"list": frozenset({"kind"})}
    marks: ClassVar[Mapping[str, type[Mark]]]

    def get_queryset(self) -> Any:
        query = KindQuery(data={name: value for name, value in self.request.query_params.items() if name == "kind"})
        query.is_valid(raise_exception=True)
        return self.marks[query.validated_data["kind"]].objects.visible_to(self.viewer)


class UserLikesViewSet(OfKindViewSet):
    """What somebody likes."""

    queryset = TrackLike.objects.all()
    marks = {"track": TrackLike, "playlist": PlaylistLike}
    problems = {"list": (LikesPrivate,)}

    @extend_schema(responses=either("LikedThing", track=LikedTrack, playlist=LikedPlaylist), parameters=[USER, KINDS])
    def list(self, request: Request, user: str) -> Response:
        """The tracks that somebody likes, or the playlists, the last liked first; who keeps that private sees it
        alone."""
        person = person_named(user, viewer=self.viewer)
        if not can_see_likes(request.user, person):
            raise LikesPrivate
        return self.what(self.get_queryset().by(person.pk), like_card)


class UserRepostsViewSet(OfKindViewSet):
    """What somebody reposts."""

    queryset = TrackRepost.objects.all()
    marks = {"track": TrackRepost, "playlist": PlaylistRepost}

    @extend_schema(
        responses=either("RepostedThing", track=RepostedTrack, playlist=RepostedPlaylist), parameters=[USER, KINDS]
    )
    def list(self, request: Request, user: str) -> Response:
        """The tracks that somebody reposts, or the playlists, the last first, with what they said of them."""
        person = person_named(user, viewer=self.viewer)
        return self.what(self.get_queryset().by(person.pk), repost_card, "caption")
