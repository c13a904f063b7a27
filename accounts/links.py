"""Addresses that go into mails. They come from SITE_URL, never from the request (a forged Host would be mailed).

A key stands in the fragment, which browsers send to no server: it gets into no log and no referrer.
"""

from urllib.parse import quote

from django.conf import settings

from accounts.models import User


def verify_email_url(*, key: str) -> str:
    """The page that confirms an address."""
    return f"{settings.SITE_URL}/verify-email/#key={quote(key)}"


def join_url(*, code: str) -> str:
    """The page that joins with an invitation. Browsers send nobody what stands behind the #."""
    return f"{settings.SITE_URL}/join/#invite={quote(code)}"


def reset_password_url(*, key: str) -> str:
    """The page that sets another password."""
    return f"{settings.SITE_URL}/reset-password/#key={quote(key)}"


def change_email_url(*, key: str) -> str:
    """The page that confirms another address."""
    return f"{settings.SITE_URL}/change-email/#key={quote(key)}"


def forgot_password_url() -> str:
    """The page that asks for a link to `reset_password_url`."""
    return f"{settings.SITE_URL}/forgot-password/"


def profile_url(user: User) -> str:
    """A person's page."""
    return f"{settings.SITE_URL}/{user.username}/"


def google_redirect_url() -> str:
    """Where Google sends a browser back to."""
    return f"{settings.SITE_URL}/login/google/"
