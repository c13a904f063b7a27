from typing import Any, ClassVar

from django.middleware.csrf import rotate_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.authentication import REFRESH_COOKIE, check_origin
from accounts.cards import own_account
from accounts.serializers import LoginWrite, RefreshWrite, SignedIn, Ticket, Tokens
from accounts.viewsets.answers import KeptByNobody, device_of, token_answer
from config.lib.captcha import CaptchaRequired
from config.lib.permissions import any_person
from config.lib.viewsets import ApiViewSet


class TokenViewSet(KeptByNobody, ApiViewSet):
    """Signing in and staying signed in."""

    authentication_classes: ClassVar[list[Any]] = []
    open_actions = frozenset({"login", "refresh"})
    problems = {
        "login": (
            services.LoginFailed,
            services.EmailNotVerified,
            services.AccountSuspended,
            services.OtpRequired,
            services.OtpInvalid,
            CaptchaRequired,
        ),
        "refresh": (services.TokenInvalid, services.TokenReused),
    }

    @extend_schema(request=LoginWrite, responses={200: SignedIn})
    def login(self, request: Request) -> Response:
        """Sign in with e-mail or username and password: a pair of tokens, in the body and as cookies."""
        pair = services.log_in(
            request=request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            **self.checked(LoginWrite),
            device=device_of(request),
            at=timezone.now(),
        )
        rotate_token(request._request)  # noqa: SLF001 -- likewise; a value known before the sign-in is worth nothing after it
        return token_answer(request, pair, user=own_account(pair.session.user))

    @extend_schema(request=RefreshWrite, responses={200: Tokens})
    def refresh(self, request: Request) -> Response:
        """Exchange the refresh token (body or cookie) for a new pair; the old one is spent."""
        token = self.checked(RefreshWrite).get("refresh")
        if token is None:
            token = request.COOKIES.get(REFRESH_COOKIE, "")
            if token:  # without any, it is a sign-in that is missing, not its proof
                check_origin(request._request)  # noqa: SLF001 -- DRF's own way to the Django request
        return token_answer(request, services.refresh_session(refresh=token, at=timezone.now()))


class TicketViewSet(ApiViewSet):
    """Opening a socket from a browser, which can send no header with it."""

    policies = {"create": any_person}

    @extend_schema(request=None, responses={201: Ticket})
    def create(self, request: Request) -> Response:
        """A ticket for `/ws/v1/…?ticket=`: good once, for thirty seconds, in the name of this session."""
        ticket = services.issue_ticket(session=request.auth, at=timezone.now())
        body = {"ticket": ticket, "expires_in": int(services.TICKET_LIFETIME.total_seconds())}
        return Response(body, status=201, headers={"Cache-Control": "no-store"})
