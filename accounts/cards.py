"""A person as JSON: plain functions over `values()` rows, the same for HTTP, sockets and pages."""

from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.devices import device_name
from accounts.models import User

USER_CARD_COLUMNS = ("id", "username", "display_name", "role")
SESSION_CARD_COLUMNS = ("id", "user_agent", "address", "created_at", "used_at", "expires_at")


def user_card(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The public face of a person; `prefix` leads to the columns in a joined row (`owner__`)."""
    username = row[f"{prefix}username"]
    return {
        "id": row[f"{prefix}id"],
        "kind": "user",
        "username": username,
        "display_name": row[f"{prefix}display_name"] or username,
        "role": row[f"{prefix}role"],
        "permalink_url": f"{settings.SITE_URL}/{username}/",
    }


def own_account(user: User) -> dict[str, Any]:
    """What `GET me/` tells a person about themselves."""
    return {
        **user_card({name: getattr(user, name) for name in USER_CARD_COLUMNS}),
        "email": user.email,
        "bio": user.bio,
        "city": user.city,
        "country": user.country,
        "timezone": user.timezone,
        "locale": user.locale,
        "terms_version": user.terms_version,
        "plan": user.plan,
        "created_at": user.created_at,
    }


def session_card(row: dict[str, Any], *, current: UUID) -> dict[str, Any]:
    """A signed-in device, to its owner, who asks from the session `current`."""
    return {
        "id": row["id"],
        "current": row["id"] == current,
        "device": device_name(row["user_agent"]),
        "address": row["address"],
        "created_at": row["created_at"],
        "used_at": row["used_at"],
        "expires_at": row["expires_at"],
    }
