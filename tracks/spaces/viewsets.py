from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.pagination import NewestFirst
from config.lib.scopes import Scope
from social.models import Space
from tracks.serializers import TrackCard
from tracks.viewsets import TrackListViewSet


class SpaceTrackViewSet(TrackListViewSet):
    """What is in a space."""

    scopes = {"list": Scope.READ}
    pagination_class = NewestFirst

    @extend_schema(responses=TrackCard(many=True))
    def list(self, request: Request, space: str) -> Response:
        """The tracks of a space, whatever their state, the newest first; for its members."""
        found = Space.objects.visible_to(self.viewer).filter(pk=space).first()
        if found is None:
            raise Http404
        return self.page(self.get_queryset().in_space(found.pk))
