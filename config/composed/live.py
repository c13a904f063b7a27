"""The frames of the sockets for those who have none."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.composed.topics import OF_PEOPLE, TopicUnknown, topics_named, unheard_by
from config.lib.events import log
from config.lib.events.log import CursorInvalid
from config.lib.realtime.places import Place
from config.lib.realtime.replay import missed
from config.lib.scopes import Scope
from config.lib.viewer import Viewer
from config.lib.viewsets import OPENING, OPENING_WORDS, ApiViewSet


class LiveFrames(serializers.Serializer[Any]):
    """`cursor` is the `since` of the next call. With `resync` the frames cannot be told: fetch everything again."""

    results = serializers.ListField(child=serializers.DictField())
    cursor = serializers.CharField()
    resync = serializers.BooleanField()


class LiveViewSet(ApiViewSet):
    """What happened since one last asked."""

    open_actions = frozenset({"retrieve"})
    scopes = {"retrieve": Scope.READ}
    query_words = {"retrieve": OPENING_WORDS | {"topic", "since"}}

    @extend_schema(
        parameters=[
            OpenApiParameter("topic", description="What to follow: `me`, which is the default, or `track:<id>`."),
            *OPENING,
            OpenApiParameter("since", description="The `cursor` of an earlier answer or frame; none: from now on."),
        ],
        responses=LiveFrames,
    )
    def retrieve(self, request: Request) -> Response:
        """The frames of a topic after `since`, as its socket would send them: at most 500, of the last seven days.

        `me` needs a sign-in; a track's topic is open to whoever may open the track.
        """
        topics = wished_topics(request, self.viewer)
        at, upto = timezone.now(), log.head()
        since = wished_place(request) or Place(upto, at)
        frames = missed(topics=topics, since=since, upto=upto, at=at)
        unheard = unheard_by(self.viewer)
        told = [frame.body for frame in frames or () if unheard.isdisjoint(frame.people)]
        body = {"results": told, "cursor": str(Place(upto, at))}
        return Response(body | {"resync": frames is None})


def wished_topics(request: Request, viewer: Viewer) -> frozenset[str]:
    """`topic`, looked up; 400 for a kind that does not exist, 401 for one's own without a sign-in, 404 for what is not
    there for the caller."""
    name = request.query_params.get("topic", "me")
    if name in OF_PEOPLE and not viewer.user_id:
        raise NotAuthenticated
    try:
        topics = topics_named(name, viewer=viewer)
    except TopicUnknown:
        raise ValidationError({"topic": "There is no such topic."}, code="topic_unknown") from None
    if topics is None:
        raise Http404
    return topics


def wished_place(request: Request) -> Place | None:
    """`since`, read; 400 for what is no cursor."""
    wish = request.query_params.get("since")
    try:
        return None if wish is None else Place.parse(wish)
    except CursorInvalid:
        raise ValidationError({"since": "This is no cursor."}, code="cursor_invalid") from None
