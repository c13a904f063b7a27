from typing import Any, ClassVar

from allauth.socialaccount.models import SocialAccount
from django.http import Http404
from django.middleware.csrf import rotate_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.cards import CONNECTION_CARD_COLUMNS, connection_card, own_account
from accounts.queries import connections_of
from accounts.serializers import ConnectionCard, GoogleConnectionWrite, GoogleSignInWrite, SignedIn
from accounts.viewsets.answers import KeptByNobody, device_of, token_answer
from config.lib.limits.budgets import CREDENTIALS_ADDRESS
from config.lib.pagination import CursorPages
from config.lib.permissions import any_person
from config.lib.viewsets import ApiViewSet, VisibleViewSet

VOUCHING = (
    services.GoogleOff,
    services.GoogleAway,
    services.GoogleSignInInvalid,
    services.RedirectUriUnknown,
    services.ConnectionTaken,
)


class GoogleViewSet(KeptByNobody, ApiViewSet):
    """Signing in with Google. It looks at no sign-in: to connect Google to an account is another operation."""

    authentication_classes: ClassVar[list[Any]] = []
    open_actions = frozenset({"sign_in"})
    problems = {
        "sign_in": (
            *VOUCHING,
            services.GoogleEmailUnverified,
            services.RegistrationClosed,
            services.InviteRequired,
            services.InviteInvalid,
            services.UsernameUnavailable,
            services.LoginFailed,
            services.EmailNotVerified,
            services.AccountSuspended,
            services.OtpRequired,
            services.OtpInvalid,
        )
    }
    budgets = {"sign_in": CREDENTIALS_ADDRESS}

    @extend_schema(request=GoogleSignInWrite, responses={200: SignedIn})
    def sign_in(self, request: Request) -> Response:
        """Sign in by what Google says, as by a password. Who has no account gets one, and with it accepts the terms.

        An account is found by Google's id of the person; else by an address that both sides have verified.
        """
        given = self.checked(GoogleSignInWrite)
        otp, invite = given.pop("otp", None), given.pop("invite", None)
        pair = services.sign_in_with_google(
            request=request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            identity=services.identify(**given),
            otp=otp,
            invite=invite,
            device=device_of(request),
            at=timezone.now(),
        )
        rotate_token(request._request)  # noqa: SLF001 -- likewise; a value known before the sign-in is worth nothing after it
        return token_answer(request, pair, user=own_account(pair.session.user))


class LatestConnected(CursorPages):
    ordering = ("-date_joined", "-id")


class ConnectionViewSet(VisibleViewSet):
    """The other services that open one's account."""

    queryset = SocialAccount.objects.all()
    serializer_class = ConnectionCard
    pagination_class = LatestConnected
    lookup_url_kwarg = "id"
    policies = {"create": any_person, "destroy": any_person}
    problems = {
        "create": (*VOUCHING, services.FreshSignInRequired, services.PasswordWrong),
        "destroy": (services.LastWayIn,),
    }

    def get_queryset(self) -> Any:
        return connections_of(self.request.user.pk)

    @extend_schema(responses=ConnectionCard(many=True))
    def list(self, request: Request) -> Response:
        """What opens the account beside its password."""
        rows = self.paginate_queryset(self.get_queryset().values(*CONNECTION_CARD_COLUMNS))
        answer = self.get_paginated_response([connection_card(row) for row in rows or []])
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @extend_schema(request=GoogleConnectionWrite, responses={201: ConnectionCard})
    def create(self, request: Request) -> Response:
        """Let a Google account open this one, whatever its address. It needs the password or a fresh sign-in."""
        given, at = self.checked(GoogleConnectionWrite), timezone.now()
        services.prove_presence(
            request=request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            session=request.auth,
            password=given.pop("password", None),
            at=at,
        )
        identity = services.identify(**given)
        connection = services.connect(user=request.user, uid=identity.sub, email=identity.email, at=at)
        row = self.get_queryset().values(*CONNECTION_CARD_COLUMNS).get(pk=connection.pk)
        return Response(connection_card(row), status=201, headers={"Cache-Control": "no-store"})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002 -- the word of the address
        """Let it open the account no longer; the last way in stays."""
        if not services.disconnect(user=request.user, connection_id=self.get_object().pk, at=timezone.now()):
            raise Http404
        return Response(status=204)
