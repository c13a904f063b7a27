from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.cards import SESSION_CARD_COLUMNS, session_card
from accounts.models import Session
from accounts.serializers import SessionCard
from accounts.viewsets.answers import without_cookies
from config.lib.pagination import CursorPages
from config.lib.permissions import any_person
from config.lib.viewsets import VisibleViewSet


class LatestUsed(CursorPages):
    """By the time of the last sign-in or refresh."""

    ordering = ("-used_at", "-id")


class SessionViewSet(VisibleViewSet):
    """The devices that one is signed in with; the one that asks is `request.auth`."""

    queryset = Session.objects.all()
    serializer_class = SessionCard
    pagination_class = LatestUsed
    lookup_url_kwarg = "id"
    policies = {"destroy": any_person, "destroy_others": any_person, "logout": any_person}

    def get_queryset(self) -> Any:
        return super().get_queryset().alive(at=timezone.now())

    @extend_schema(responses=SessionCard(many=True))
    def list(self, request: Request) -> Response:
        """Where one is signed in, the device used last first."""
        rows = self.paginate_queryset(self.get_queryset().values(*SESSION_CARD_COLUMNS))
        answer = self.get_paginated_response([session_card(row, current=request.auth.pk) for row in rows or []])
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:  # noqa: A002 -- the word of the address
        """Sign one of one's devices out."""
        session = self.get_object()
        return self.logout(request) if session == request.auth else self.end(session)

    @extend_schema(responses={204: None})
    def destroy_others(self, request: Request) -> Response:
        """Sign all of one's devices out but this one."""
        services.end_other_sessions(session=request.auth, at=timezone.now())
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    def logout(self, request: Request) -> Response:
        """End this session: its refresh token and its access tokens."""
        return without_cookies(self.end(request.auth))

    def end(self, session: Session) -> Response:
        """The device is signed out."""
        services.end_session(session=session, at=timezone.now())
        return Response(status=204)
