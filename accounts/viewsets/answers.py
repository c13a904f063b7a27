"""How a sign-in is handed over: in the body, for apps, and in cookies, for browsers."""

from typing import Any

from django.conf import settings
from django.middleware.csrf import get_token
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authentication import ACCESS_COOKIE, REFRESH_COOKIE
from accounts.services import Device, TokenPair
from config.env import ACCESS_TOKEN_LIFETIME
from config.lib.requests import client_address

REFRESH_PATH = "/api/v1/auth/token/refresh/"


class KeptByNobody:
    """Mixed into a viewset that hands out tokens. Refusals bring some too (`standing_token`, `continuation`)."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


def device_of(request: Request) -> Device:
    """What asks, as the list of sessions will show it."""
    return Device(
        user_agent=request.headers.get("User-Agent", ""),
        address=client_address(request._request),  # noqa: SLF001 -- DRF's own way to the Django request
    )


def set_cookies(response: Response, pair: TokenPair) -> None:
    """Both tokens as cookies that no script can read; the refresh token travels to its own path only."""
    shared: dict[str, Any] = {"httponly": True, "secure": settings.COOKIES_SECURE, "samesite": "Lax"}
    response.set_cookie(ACCESS_COOKIE, pair.access, max_age=ACCESS_TOKEN_LIFETIME, **shared)
    response.set_cookie(REFRESH_COOKIE, pair.refresh, expires=pair.session.expires_at, path=REFRESH_PATH, **shared)


def token_answer(request: Request, pair: TokenPair, **more: Any) -> Response:
    """The pair in the body, for apps, and in cookies, for browsers."""
    body = {"access": pair.access, "refresh": pair.refresh, "csrf_token": get_token(request._request)}  # noqa: SLF001 -- DRF's own way to the Django request
    response = Response(body | more, headers={"Cache-Control": "no-store"})
    set_cookies(response, pair)
    return response


def without_cookies(response: Response) -> Response:
    """The same answer, which makes a browser forget both tokens."""
    response.delete_cookie(ACCESS_COOKIE, samesite="Lax")
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH, samesite="Lax")
    return response
