from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.pagination import CursorPages
from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet
from discovery.pages import Cursor, body_of
from discovery.queries import Feed, newest_elsewhere
from discovery.serializers import FeedPage, FeedQuery, HomeFeed
from social.choices import Kind

FIRST_SCREEN = 20


class FeedViewSet(ApiViewSet):
    """What the people whom one follows did."""

    scopes = {"retrieve": Scope.READ}
    query_words = {"retrieve": frozenset({"limit", "cursor", "kind"})}

    @extend_schema(
        responses=FeedPage,
        parameters=[
            OpenApiParameter("kind", str, enum=Kind.values, description="Things of one kind alone."),
            OpenApiParameter("cursor", str, description="From `next`, `previous` or `future` of a page."),
            OpenApiParameter("limit", int, description="Entries of a page: 1 to 100, 20 without it."),
        ],
    )
    def retrieve(self, request: Request) -> Response:
        """What was published or reposted by those whom the caller follows, the newest first, without an end.

        What several of them did with one thing is one entry, where the newest of them put it.
        """
        words = {name: request.query_params[name] for name in ("kind",) if name in request.query_params}
        query = FeedQuery(data=words)
        query.is_valid(raise_exception=True)
        kind = query.validated_data.get("kind")
        text = request.query_params.get("cursor")
        cursor = None if text is None else Cursor.parse(text, kind=kind)
        page = Feed(viewer=self.viewer, kind=kind).page(
            limit=CursorPages().get_page_size(request),
            spot=cursor.spot if cursor else None,
            upward=cursor.upward if cursor else False,
        )
        return Response(body_of(page, came_by=cursor, kind=kind, address=request.build_absolute_uri()))


class HomeViewSet(ApiViewSet):
    """A first screen."""

    scopes = {"retrieve": Scope.READ}

    @extend_schema(responses=HomeFeed)
    def retrieve(self, request: Request) -> Response:
        """The newest twenty entries of the caller's feed, and ten tracks of people whom they do not follow yet, each
        with the reason why it is shown."""
        following = Feed(viewer=self.viewer).page(limit=FIRST_SCREEN).items
        return Response({"following": following, "discover": newest_elsewhere(viewer=self.viewer)})
