"""What a socket brings along when it is opened, and whether it comes from our own pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from config.lib.requests import address_behind_proxies, request_id_from


@dataclass(frozen=True)
class Handshake:
    """The opening request, read."""

    path: str
    authorization: str
    cookies: Mapping[str, str]
    query: Mapping[str, str]
    origin: str
    host: str
    address: str
    request_id: str

    @classmethod
    def of(cls, scope: Mapping[str, Any]) -> "Handshake":
        """The handshake of an ASGI scope."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        peer = (scope.get("client") or ("",))[0]
        return cls(
            path=scope["path"],
            authorization=headers.get("authorization", ""),
            cookies=parse_cookie(headers.get("cookie", "")),
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            origin=headers.get("origin", ""),
            host=headers.get("host", ""),
            address=address_behind_proxies(forwarded=headers.get("x-forwarded-for", ""), peer=peer),
            request_id=request_id_from(headers.get("x-request-id", "")),
        )

    def is_from_our_pages(self) -> bool:
        """Whether the page that opened the socket is ours: a browser sends cookies along with any page's socket, and
        only `Origin` tells them apart (cross-site WebSocket hijacking). Nothing is assumed of a missing one."""
        ours = {origin_of(settings.SITE_URL), *settings.CORS_ALLOWED_ORIGINS}
        if validate_host(split_domain_port(self.host)[0], settings.ALLOWED_HOSTS):
            ours.add(f"{urlsplit(settings.SITE_URL).scheme}://{self.host}".lower())
        return self.origin.lower() in ours


def origin_of(url: str) -> str:
    """`https://host:port` of an address, as browsers write it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
