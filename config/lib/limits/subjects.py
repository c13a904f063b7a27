"""Whose budget: facts that the server knows. Of what callers choose freely nothing is looked at."""

import ipaddress
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from config.lib.requests import client_address

IPV6_SITE = 64
"""Prefix length that one customer gets at least (RFC 6177): whoever has one address of it has all of them."""


def address_subject(request: HttpRequest) -> str:
    """The peer's IPv4 address or IPv6 network; peers without an address share one budget."""
    address = client_address(request)
    if ":" in address:
        return f"address:{ipaddress.ip_network(f'{address}/{IPV6_SITE}', strict=False).network_address}"
    return f"address:{address}"


def caller_subject(request: HttpRequest, user: Any) -> str:
    """The account when signed in, else the address."""
    return f"account:{user.pk}" if user.is_authenticated else address_subject(request)


def name_subject(name: str) -> str:
    """The name that somebody signs in with, whether anybody has it or not. Redis never sees an e-mail address."""
    return f"name:{salted_hmac('config.lib.limits', name, algorithm='sha256').hexdigest()[:32]}"
