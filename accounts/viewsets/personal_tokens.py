from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.cards import TOKEN_CARD_COLUMNS
from accounts.models import PersonalToken
from accounts.serializers import IssuedPersonalToken, PersonalTokenCard, PersonalTokenWrite
from config.lib.pagination import NewestFirst
from config.lib.permissions import any_person
from config.lib.viewsets import VisibleViewSet

FRESH = {"Cache-Control": "no-store"}


class PersonalTokenViewSet(VisibleViewSet):
    """Tokens that one has handed to programs. No token makes, sees or revokes tokens: `scopes` stays empty."""

    queryset = PersonalToken.objects.all()
    serializer_class = PersonalTokenCard
    pagination_class = NewestFirst
    lookup_url_kwarg = "id"
    policies = {"create": any_person, "destroy": any_person}
    problems = {"create": (services.SignInStale, services.TokenInvalid, services.TooManyPersonalTokens)}

    def get_queryset(self) -> Any:
        return super().get_queryset().alive(at=timezone.now())

    @extend_schema(responses=PersonalTokenCard(many=True))
    def list(self, request: Request) -> Response:
        """One's living tokens, newest first; what they are is told once, when they are made."""
        rows = self.paginate_queryset(self.get_queryset().values(*TOKEN_CARD_COLUMNS))
        answer = self.get_paginated_response(rows)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @extend_schema(request=PersonalTokenWrite, responses={201: IssuedPersonalToken})
    def create(self, request: Request) -> Response:
        """Make a token for a script or somebody else's app: `Authorization: Bearer earshot_pat_…`. For those who signed
        in within the last fifteen minutes. A new password, a suspension or revoking it ends it."""
        wish = self.checked(PersonalTokenWrite)
        row, token = services.issue_personal_token(session=request.auth, **wish, at=timezone.now())
        card = {name: getattr(row, name) for name in TOKEN_CARD_COLUMNS}
        return Response({**card, "token": token}, status=201, headers=FRESH)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002 -- the word of the address
        """Take a token from its program; its open sockets close within seconds."""
        services.revoke_personal_token(token=self.get_object())
        return Response(status=204)
