"""Addresses that go into mails. They come from SITE_URL, never from the request (a forged Host would be mailed)."""

from urllib.parse import quote

from django.conf import settings


def invitation_url(*, token: str) -> str:
    """The page that accepts an invitation. Browsers send nobody what stands behind the #."""
    return f"{settings.SITE_URL}/spaces/invitations/#key={quote(token)}"
