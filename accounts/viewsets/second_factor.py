from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.serializers import OtpWrite, PasswordOrOtpWrite, PresenceWrite, RecoveryCodes, TotpDraft
from config.lib.permissions import any_person
from config.lib.viewsets import ApiViewSet

PRESENCE = (services.FreshSignInRequired, services.PasswordWrong)
NO_STORE = {"Cache-Control": "no-store"}


class SecondFactorViewSet(ApiViewSet):
    """An authenticator app beside the password. Setting it up and removing it signs out all other devices."""

    policies = {"begin": any_person, "confirm": any_person, "remove": any_person, "recovery_codes": any_person}
    confirmed_actions = frozenset({"remove"})
    problems = {
        "begin": (*PRESENCE, services.SecondFactorOn),
        "confirm": (services.SecondFactorOn, services.SecondFactorNotBegun, services.OtpInvalid),
        "remove": (services.PasswordWrong, services.OtpInvalid, services.SecondFactorOff),
        "recovery_codes": (*PRESENCE, services.SecondFactorOff),
    }

    @extend_schema(request=PresenceWrite, responses={200: TotpDraft})
    def begin(self, request: Request) -> Response:
        """A secret for an authenticator app. It counts from the moment that `confirm/` is shown a code of it."""
        self.prove_presence(request)
        draft = services.draft_totp(user=request.user, at=timezone.now())
        body = {"secret": draft.secret, "otpauth_url": draft.otpauth_url, "qr_svg": draft.qr_svg}
        return Response(body, headers=NO_STORE)

    @extend_schema(request=OtpWrite, responses={200: RecoveryCodes})
    def confirm(self, request: Request) -> Response:
        """Turn the second factor on with a first code of it. The recovery codes are told this once."""
        codes = services.add_second_factor(
            user=request.user, **self.checked(OtpWrite), keep=request.auth, at=timezone.now()
        )
        return Response({"recovery_codes": codes}, headers=NO_STORE)

    @extend_schema(request=PasswordOrOtpWrite, responses={204: None})
    def remove(self, request: Request) -> Response:
        """Turn the second factor off, with the password or a code."""
        given: dict[str, Any] = self.checked(PasswordOrOtpWrite)
        services.give_up_second_factor(
            request=request._request,  # noqa: SLF001 -- DRF's own way to the Django request
            session=request.auth,
            **given,
            at=timezone.now(),
        )
        return Response(status=204)

    @extend_schema(request=PresenceWrite, responses={200: RecoveryCodes})
    def recovery_codes(self, request: Request) -> Response:
        """A new set of recovery codes, told this once; those of before are worth nothing."""
        self.prove_presence(request)
        codes = services.make_recovery_codes(user=request.user, at=timezone.now())
        return Response({"recovery_codes": codes}, headers=NO_STORE)

    def prove_presence(self, request: Request) -> None:
        services.prove_presence(
            request=request._request,  # noqa: SLF001 -- likewise
            session=request.auth,
            password=self.checked(PresenceWrite).get("password"),
            at=timezone.now(),
        )
