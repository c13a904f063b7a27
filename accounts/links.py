"""Addresses that go into mails. They come from SITE_URL, never from the request (a forged Host would be mailed)."""

from urllib.parse import quote

from django.conf import settings


def verify_email_url(*, key: str) -> str:
    """The page that confirms an address."""
    return f"{settings.SITE_URL}/verify-email/?key={quote(key)}"
