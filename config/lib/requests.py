"""Around every request: its id, its line in the log, and the slash at the end of a page's address."""

import ipaddress
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

from config.lib.metrics import count_request

logger = logging.getLogger("earshot.request")

WELL_FORMED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
# What every 401 says of the way to sign in (RFC 9110, 15.5.2).
CHALLENGE = 'Bearer realm="api"'
QUIET_PATHS = ("/files/", "/health/", "/static/")


def request_id_of(request: Any) -> str:
    """The id that the log lines and the problem body of this request carry."""
    return getattr(request, "request_id", "")


def current_request_id() -> str:
    """The id of the request, or of the request whose consequence this is; empty outside both."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def request_id_from(given: str) -> str:
    """The id that the caller brought, if well formed, or a new one."""
    return given if WELL_FORMED_ID.match(given) else uuid.uuid4().hex


def client_address(request: HttpRequest) -> str:
    """The listener's address: the peer's, or what the outermost trusted proxy wrote down (TRUSTED_PROXY_COUNT).

    What is no address (`unknown`, a port behind it) counts as not written; empty when the peer has none either.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    return address_behind_proxies(forwarded=forwarded, peer=str(request.META.get("REMOTE_ADDR", "")))


def address_behind_proxies(*, forwarded: str, peer: str) -> str:
    """The same of the header and the peer alone."""
    hops = forwarded.split(",")
    count = settings.TRUSTED_PROXY_COUNT
    written = hops[-count] if 0 < count <= len(hops) else ""
    return plain_address(written) or plain_address(peer)


def plain_address(text: str) -> str:
    """An IP address in its usual spelling (IPv4 that came mapped into IPv6 as IPv4); empty for anything else."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


def view_name(request: HttpRequest) -> str:
    """The name of the route that the request took; empty where it took none."""
    return request.resolver_match.view_name if request.resolver_match else ""


def log_request(*, method: str, path: str, status: int, seconds: float, **more: str) -> None:
    """The line of a request that is done."""
    level = logging.DEBUG if path.startswith(QUIET_PATHS) else logging.INFO
    facts = {"method": method, "path": path, "status": status, "ms": round(seconds * 1000, 1)}
    logger.log(level, "request", extra=facts | more)


class RequestLogMiddleware:
    """Takes X-Request-ID (if well formed) or makes one, and writes one line when the request is done.

    The line has the path without its query: queries carry secret tokens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_from(request.headers.get("X-Request-ID", ""))
        request.request_id = request_id  # type: ignore[attr-defined]  # read by request_id_of
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            seconds = time.perf_counter() - started
            status = response.status_code
            log_request(method=str(request.method), path=request.path, status=status, seconds=seconds)
        count_request(method=str(request.method), view=view_name(request), status=status, seconds=seconds)
        return response


class SlashMiddleware(CommonMiddleware):
    """Adds a missing slash to the address of a page, never to a call of the API (which says 404 instead)."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        if request.method not in {"GET", "HEAD"} or request.path_info.startswith("/api/"):
            return False
        return super().should_redirect_with_slash(request)
