from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from config.lib.scopes import Scope
from config.lib.viewsets import ApiViewSet
from engagement.queries import RELATIONS
from engagement.serializers import RelationshipQuery, Relationships


class RelationshipViewSet(ApiViewSet):
    """What depends on the caller and stands on no card, so that cards can be cached."""

    scopes = {"retrieve": Scope.READ}
    query_words = {"retrieve": frozenset(RELATIONS)}

    @extend_schema(parameters=[RelationshipQuery], responses=Relationships)
    def retrieve(self, request: Request) -> Response:
        """What stands between the caller and many things at once, by their ids; at most a hundred of each kind. What
        the caller may not see is left out like what does not exist."""
        query = RelationshipQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        return Response({word: RELATIONS[word](ids, self.viewer) for word, ids in asked.items()})
