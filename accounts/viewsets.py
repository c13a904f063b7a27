from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.middleware.csrf import get_token, rotate_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE, check_origin
from accounts.cards import SESSION_CARD_COLUMNS, own_account, session_card
from accounts.models import Session
from accounts.serializers import (
    EmailKeyWrite,
    LoginWrite,
    OwnAccount,
    RefreshWrite,
    RegistrationWrite,
    SessionCard,
    SignedIn,
    Ticket,
    Tokens,
)
from config.env import ACCESS_TOKEN_LIFETIME
from config.lib.limits.budgets import REGISTER
from config.lib.pagination import CursorPages
from config.lib.permissions import any_person
from config.lib.requests import client_address
from config.lib.viewsets import ApiViewSet, VisibleViewSet

REFRESH_PATH = "/api/v1/auth/token/refresh/"


def checked(serializer_class: type[Any], request: Request) -> dict[str, Any]:
    """What was sent, checked; 400 otherwise."""
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def set_cookies(response: Response, pair: services.TokenPair) -> None:
    """Both tokens as cookies that no script can read; the refresh token travels to its own path only."""
    shared: dict[str, Any] = {"httponly": True, "secure": settings.COOKIES_SECURE, "samesite": "Lax"}
    response.set_cookie(ACCESS_COOKIE, pair.access, max_age=ACCESS_TOKEN_LIFETIME, **shared)
    response.set_cookie(REFRESH_COOKIE, pair.refresh, expires=pair.session.expires_at, path=REFRESH_PATH, **shared)


def token_answer(request: Request, pair: services.TokenPair, **more: Any) -> Response:
    """The pair in the body, for apps, and in cookies, for browsers."""
    body = {"access": pair.access, "refresh": pair.refresh, "csrf_token": get_token(request._request)}  # noqa: SLF001 -- DRF's own way to the Django request
    response = Response(body | more, headers={"Cache-Control": "no-store"})
    set_cookies(response, pair)
    return response


class RegistrationViewSet(ApiViewSet):
    """Becoming somebody here. These calls look at no sign-in."""

    authentication_classes: ClassVar[list[Any]] = []
    open_actions = frozenset({"register", "verify_email"})
    problems = {
        "register": (services.UsernameUnavailable, services.TermsOutdated),
        "verify_email": (services.EmailKeyInvalid,),
    }
    budgets = {"register": REGISTER}

    @extend_schema(request=RegistrationWrite, responses={202: None})
    def register(self, request: Request) -> Response:
        """Make an account; a link that confirms the address is mailed.

        An address that is taken is answered just like a fresh one; its owner gets a mail instead.
        """
        services.register(**checked(RegistrationWrite, request), at=timezone.now())
        return Response(status=202)

    @extend_schema(request=EmailKeyWrite, responses={204: None})
    def verify_email(self, request: Request) -> Response:
        """Confirm an address with the key from the mail; a key is good once, for a day."""
        services.verify_email(**checked(EmailKeyWrite, request), at=timezone.now())
        return Response(status=204)


class TokenViewSet(ApiViewSet):
    """Signing in and staying signed in."""

    authentication_classes: ClassVar[list[Any]] = []
    open_actions = frozenset({"login", "refresh"})
    problems = {
        "login": (services.LoginFailed, services.EmailNotVerified, services.AccountSuspended),
        "refresh": (services.TokenInvalid, services.TokenReused),
    }

    @extend_schema(request=LoginWrite, responses={200: SignedIn})
    def login(self, request: Request) -> Response:
        """Sign in with e-mail or username and password: a pair of tokens, in the body and as cookies."""
        device = services.Device(
            user_agent=request.headers.get("User-Agent", ""),
            address=client_address(request._request),  # noqa: SLF001 -- DRF's own way to the Django request
        )
        pair = services.log_in(
            request=request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            **checked(LoginWrite, request),
            device=device,
            at=timezone.now(),
        )
        rotate_token(request._request)  # noqa: SLF001 -- likewise; a value known before the sign-in is worth nothing after it
        return token_answer(request, pair, user=own_account(pair.session.user))

    @extend_schema(request=RefreshWrite, responses={200: Tokens})
    def refresh(self, request: Request) -> Response:
        """Exchange the refresh token (body or cookie) for a new pair; the old one is spent."""
        token = checked(RefreshWrite, request).get("refresh")
        if token is None:
            token = request.COOKIES.get(REFRESH_COOKIE, "")
            if token:  # without any, it is a sign-in that is missing, not its proof
                check_origin(request._request)  # noqa: SLF001 -- DRF's own way to the Django request
        return token_answer(request, services.refresh_session(refresh=token, at=timezone.now()))


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
        response = self.end(request.auth)
        response.delete_cookie(ACCESS_COOKIE, samesite="Lax")
        response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH, samesite="Lax")
        return response

    def end(self, session: Session) -> Response:
        """The device is signed out."""
        services.end_session(session=session, at=timezone.now())
        return Response(status=204)


class TicketViewSet(ApiViewSet):
    """Opening a socket from a browser, which can send no header with it."""

    policies = {"create": any_person}

    @extend_schema(request=None, responses={201: Ticket})
    def create(self, request: Request) -> Response:
        """A ticket for `/ws/v1/…?ticket=`: good once, for thirty seconds, in the name of this session."""
        ticket = services.issue_ticket(session=request.auth, at=timezone.now())
        body = {"ticket": ticket, "expires_in": int(services.TICKET_LIFETIME.total_seconds())}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})


class MeViewSet(ApiViewSet):
    """One's own account."""

    @extend_schema(responses=OwnAccount)
    def retrieve(self, request: Request) -> Response:
        """The signed-in person's account."""
        return Response(own_account(request.user), headers={"Cache-Control": "no-store"})
