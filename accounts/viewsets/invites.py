from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.cards import INVITE_CARD_COLUMNS
from accounts.links import join_url
from accounts.models import Invite
from accounts.serializers import InviteCard, InviteWrite, IssuedInvite
from config.lib.pagination import NewestFirst
from config.lib.permissions import any_person
from config.lib.viewsets import VisibleViewSet


class InviteViewSet(VisibleViewSet):
    """One's own invitations that are still good. They let people in, so programs make none: `scopes` stays empty."""

    queryset = Invite.objects.all()
    serializer_class = InviteCard
    pagination_class = NewestFirst
    lookup_url_kwarg = "invite"
    policies = {"create": any_person, "destroy": any_person}
    problems = {"create": (services.InvitesOff, services.InvitesSpent)}

    def get_queryset(self) -> Any:
        return super().get_queryset().good(at=timezone.now())

    @extend_schema(responses=InviteCard(many=True))
    def list(self, request: Request) -> Response:
        """Newest first."""
        rows = self.paginate_queryset(self.get_queryset().values(*INVITE_CARD_COLUMNS))
        return self.get_paginated_response(rows)

    @extend_schema(request=InviteWrite, responses={201: IssuedInvite})
    def create(self, request: Request) -> Response:
        """Invite one other, for a week; as often in thirty days as the site allows."""
        invite, code = services.invite_somebody(user=request.user, **self.checked(InviteWrite), at=timezone.now())
        card = {name: getattr(invite, name) for name in INVITE_CARD_COLUMNS}
        body = {**card, "code": code, "url": join_url(code=code)}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, invite: str) -> Response:
        """Take an invitation back."""
        services.end_invite(invite=self.get_object(), at=timezone.now())
        return Response(status=204)
