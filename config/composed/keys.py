"""What the address of a page brings to open what is not public; it goes into our own addresses only."""

from urllib.parse import urlencode

from django.http import HttpRequest

from config.lib.viewsets import OPENING_WORDS


def keys_in(request: HttpRequest) -> dict[str, str]:
    """A secret token, a shared link's grant: those that are there."""
    return {name: request.GET[name] for name in sorted(OPENING_WORDS) if request.GET.get(name)}


def query_of(keys: dict[str, str]) -> str:
    """The keys behind a path, or nothing."""
    return f"?{urlencode(keys)}" if keys else ""
