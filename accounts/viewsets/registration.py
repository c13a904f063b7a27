from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.serializers import EmailKeyWrite, RegistrationWrite
from config.lib.captcha import CaptchaRequired, CaptchaUnavailable, require_person
from config.lib.limits.budgets import REGISTER
from config.lib.viewsets import ApiViewSet


class RegistrationViewSet(ApiViewSet):
    """Becoming somebody here. These calls look at no sign-in."""

    authentication_classes: ClassVar[list[Any]] = []
    open_actions = frozenset({"register", "verify_email"})
    problems = {
        "register": (
            services.RegistrationClosed,
            services.InviteRequired,
            services.InviteInvalid,
            services.UsernameUnavailable,
            services.TermsOutdated,
            CaptchaRequired,
            CaptchaUnavailable,
        ),
        "verify_email": (services.EmailKeyInvalid,),
    }
    budgets = {"register": REGISTER}

    @extend_schema(request=RegistrationWrite, responses={202: None})
    def register(self, request: Request) -> Response:
        """Make an account; a link that confirms the address is mailed.

        An address that is taken is answered just like a fresh one; its owner gets a mail instead.
        """
        form = self.checked(RegistrationWrite)
        require_person(request._request, token=form.pop("captcha_token", None))  # noqa: SLF001 -- DRF's own way to the Django request
        services.register(**form, at=timezone.now())
        return Response(status=202)

    @extend_schema(request=EmailKeyWrite, responses={204: None})
    def verify_email(self, request: Request) -> Response:
        """Confirm an address with the key from the mail; a key is good once, for a day."""
        services.verify_email(**self.checked(EmailKeyWrite), at=timezone.now())
        return Response(status=204)
