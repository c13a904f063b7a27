from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.serializers import (
    AddressWrite,
    EmailChangeWrite,
    EmailKeyWrite,
    NewPasswordWrite,
    PasswordChangeWrite,
    PasswordResetWrite,
)
from config.lib.captcha import CaptchaRequired
from config.lib.limits.budgets import MAILS
from config.lib.permissions import any_person
from config.lib.viewsets import ApiViewSet


class MailedKeyViewSet(ApiViewSet):
    """Asking for a mail, and bringing what stood in it. These calls look at no sign-in."""

    authentication_classes: ClassVar[list[Any]] = []
    open_actions = frozenset({"resend_verification", "ask_reset", "reset", "change_email"})
    problems = {
        "ask_reset": (CaptchaRequired,),
        "reset": (services.KeyInvalid, services.PasswordWeak),
        "change_email": (services.KeyInvalid,),
    }
    budgets = {"resend_verification": MAILS, "ask_reset": MAILS}

    @extend_schema(request=AddressWrite, responses={204: None})
    def resend_verification(self, request: Request) -> Response:
        """Have the link that confirms an address mailed again, if somebody waits for one; the answer does not say."""
        services.ask_verification(request=request._request, **self.checked(AddressWrite))  # noqa: SLF001 -- DRF's own way to the Django request
        return Response(status=204)

    @extend_schema(request=PasswordResetWrite, responses={204: None})
    def ask_reset(self, request: Request) -> Response:
        """Have a link mailed that sets another password, if the address is somebody's; the answer does not say."""
        services.ask_password_reset(request=request._request, **self.checked(PasswordResetWrite), at=timezone.now())  # noqa: SLF001 -- likewise
        return Response(status=204)

    @extend_schema(request=NewPasswordWrite, responses={204: None})
    def reset(self, request: Request) -> Response:
        """Set another password with the key from the mail, good once and for an hour; every session ends."""
        services.reset_password(**self.checked(NewPasswordWrite), at=timezone.now())
        return Response(status=204)

    @extend_schema(request=EmailKeyWrite, responses={204: None})
    def change_email(self, request: Request) -> Response:
        """Take another address with the key that was mailed to it, good once and for a day; the old one is told."""
        services.change_email(**self.checked(EmailKeyWrite), at=timezone.now())
        return Response(status=204)


class CredentialViewSet(ApiViewSet):
    """What one signs in with. Every call takes the password, and draws from the limits of who guesses one."""

    policies = {"change_password": any_person, "ask_email_change": any_person}
    problems = {
        "change_password": (services.PasswordWrong, services.PasswordWeak),
        "ask_email_change": (services.PasswordWrong, services.EmailUnchanged),
    }
    budgets = {"ask_email_change": MAILS}

    @extend_schema(request=PasswordChangeWrite, responses={204: None})
    def change_password(self, request: Request) -> Response:
        """Another password; this session stays, all others end."""
        body = self.checked(PasswordChangeWrite)
        services.replace_password(request=request._request, session=request.auth, **body, at=timezone.now())  # noqa: SLF001 -- DRF's own way to the Django request
        return Response(status=204)

    @extend_schema(request=EmailChangeWrite, responses={204: None})
    def ask_email_change(self, request: Request) -> Response:
        """Have a link mailed to another address, which becomes the account's when it is confirmed.

        An address that is somebody else's is answered just like a free one; its owner gets a mail instead.
        """
        body = self.checked(EmailChangeWrite)
        services.ask_email_change(request=request._request, user=request.user, **body, at=timezone.now())  # noqa: SLF001 -- likewise
        return Response(status=204)
