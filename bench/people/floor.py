"""The addresses of the site, and one beside them that does nothing: what a request costs before it asks anything."""

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.viewsets import ApiViewSet


class FloorViewSet(ApiViewSet):
    """Everything that every request goes through, and no query of its own."""

    open_actions = frozenset({"retrieve"})

    def retrieve(self, request: Request) -> Response:
        """Nothing."""
        return Response({})


urlpatterns = [
    path("api/v1/floor/", FloorViewSet.as_view({"get": "retrieve"})),
    path("", include("config.urls")),
]
