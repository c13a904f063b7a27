"""Who is calling: a bearer token, of a session or a personal one, or else the cookie `earshot_access` together with a
proof of origin."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from accounts.models import PersonalToken, Session, User
from accounts.queries import living_session
from accounts.services.personal_tokens import PREFIX, use_personal_token
from accounts.tokens import AccessToken, read_standing_token, read_token
from config.lib.requests import CHALLENGE

ACCESS_COOKIE = "earshot_access"
REFRESH_COOKIE = "earshot_refresh"


class CsrfFailed(PermissionDenied):
    """A cookie signed the request in, and the token that proves its origin is missing."""

    default_code = "csrf_failed"


class CsrfCheck(CsrfViewMiddleware):
    """Django's own check, answering with its reason instead of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def nothing(request: HttpRequest) -> HttpResponse:
    """Stands where the middleware expects a view; it is never called."""
    return HttpResponse()


def check_origin(request: HttpRequest) -> None:
    """Raise CsrfFailed unless the request proves, by X-CSRFToken, that it comes from our own pages."""
    check = CsrfCheck(nothing)
    check.process_request(request)
    if check.process_view(request, nothing, (), {}):
        raise CsrfFailed


def session_of(token: str) -> Session | None:
    """The living session that an access token points at."""
    claims = read_token(AccessToken, token)
    if claims is None:
        return None
    return living_session(claims.session_id, at=timezone.now())


def bearer_of(token: str) -> Session | PersonalToken | None:
    """What a bearer token signs in with: a person's session, or what a person handed to a program."""
    return use_personal_token(token=token, at=timezone.now()) if token.startswith(PREFIX) else session_of(token)


def session_from_cookie(request: HttpRequest) -> Session | None:
    """For pages: who is signed in in this browser. Unsafe requests must call `check_origin` too."""
    token = request.COOKIES.get(ACCESS_COOKIE, "")
    return session_of(token) if token else None


class AccessTokenAuthentication(BaseAuthentication):
    """Bearer first: a header that is there must be good. A cookie that has expired merely signs nobody in."""

    def authenticate(self, request: Any) -> tuple[User, Session | PersonalToken | None] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme:
            bearer = bearer_of(token.strip()) if scheme.lower() == "bearer" else None
            if bearer is None:
                raise AuthenticationFailed
            return bearer.user, bearer
        session = session_from_cookie(request)
        if session is None:
            return None
        if request.method not in SAFE_METHODS:
            check_origin(request._request)  # noqa: SLF001 -- DRF's own way to the Django request
        return session.user, session

    def authenticate_header(self, request: Any) -> str:
        return CHALLENGE


def suspended_person(token: str) -> User | None:
    """Whose standing token it is, as long as they are suspended and nothing of their sign-in has changed."""
    claims = read_standing_token(token)
    if claims is None:
        return None
    return User.objects.filter(pk=claims.user_id, session_version=claims.version, is_active=False).first()


class StandingAuthentication(AccessTokenAuthentication):
    """For the few views that somebody who is suspended may call: a standing token signs in as well, without a session
    (`request.auth` is None)."""

    def authenticate(self, request: Any) -> tuple[User, Session | PersonalToken | None] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        person = suspended_person(token.strip()) if scheme.lower() == "bearer" else None
        return (person, None) if person else super().authenticate(request)
