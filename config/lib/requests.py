"""Around every request: its id, its line in the log, and the slash at the end of a page's address."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware

logger = logging.getLogger("earshot.request")

WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
QUIET_PATHS = ("/health/", "/static/")


def request_id_of(request: Any) -> str:
    """The id that the log lines and the problem body of this request carry."""
    return getattr(request, "request_id", "")


def client_address(request: HttpRequest) -> str:
    """The listener's address: the peer's, or what the outermost trusted proxy wrote down (TRUSTED_PROXY_COUNT)."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    count = settings.TRUSTED_PROXY_COUNT
    if 0 < count <= len(hops) and hops[-count]:
        return hops[-count]
    return str(request.META.get("REMOTE_ADDR", ""))


class RequestLogMiddleware:
    """Takes X-Request-ID (if well formed) or makes one, and writes one line when the request is done.

    The line has the path without its query: queries carry secret tokens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if WELL_FORMED_ID.match(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # read by request_id_of
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self.write_line(request, response.status_code, time.perf_counter() - started)
        return response

    def write_line(self, request: HttpRequest, status: int, seconds: float) -> None:
        level = logging.DEBUG if request.path.startswith(QUIET_PATHS) else logging.INFO
        logger.log(
            level,
            "request",
            extra={
                "method": request.method,
                "path": request.path,
                "status": status,
                "ms": round(seconds * 1000, 1),
            },
        )


class SlashMiddleware(CommonMiddleware):
    """Adds a missing slash to the address of a page, never to a call of the API (which says 404 instead)."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        if request.method not in {"GET", "HEAD"} or request.path_info.startswith("/api/"):
            return False
        return super().should_redirect_with_slash(request)
