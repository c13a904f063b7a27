"""A person as JSON: plain functions over `values()` rows, the same for HTTP, sockets and pages."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.devices import device_name
from accounts.models import User
from config.lib.pictures.cards import picture_card, picture_columns

USER_CARD_COLUMNS = ("id", "username", "display_name", "role", *picture_columns("avatar__"))
USER_DETAIL_COLUMNS = (
    *USER_CARD_COLUMNS,
    *picture_columns("header__"),
    "bio",
    "city",
    "country",
    "links",
    "genres",
    "verified_badge",
    "plan",
    "created_at",
    "counts__followers",
    "counts__followings",
    "counts__tracks",
    "counts__playlists",
)
# Of one's own account, as the row has it.
OWN_COLUMNS = (
    "email",
    "bio",
    "city",
    "country",
    "links",
    "genres",
    "likes_public",
    "followings_public",
    "messages_from",
    "discoverable",
    "timezone",
    "locale",
    "terms_version",
    "plan",
    "created_at",
)
CONNECTION_CARD_COLUMNS = ("id", "provider", "extra_data", "date_joined", "last_login")
SESSION_CARD_COLUMNS = ("id", "user_agent", "address", "created_at", "used_at", "expires_at")

INVITE_CARD_COLUMNS = ("id", "label", "uses", "max_uses", "created_at", "expires_at")
TOKEN_CARD_COLUMNS = ("id", "label", "scopes", "created_at", "expires_at", "last_used_at")


def user_card(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The public face of a person; `prefix` leads to the columns in a joined row (`owner__`)."""
    username = row[f"{prefix}username"]
    return {
        "id": row[f"{prefix}id"],
        "kind": "user",
        "username": username,
        "display_name": row[f"{prefix}display_name"] or username,
        "role": row[f"{prefix}role"],
        "avatar": picture_card(row, f"{prefix}avatar__"),
        "permalink_url": f"{settings.SITE_URL}/{username}/",
    }


def user_detail(row: dict[str, Any]) -> dict[str, Any]:
    """The card, and what only a page of its own has room for. Nothing in it depends on who looks."""
    return {
        **user_card(row),
        **{name: row[name] for name in ("bio", "city", "country", "links", "genres")},
        "header": picture_card(row, "header__"),
        "verified": row["verified_badge"],
        "plan_badge": row["plan"] or None,
        **{f"{name}_count": row[f"counts__{name}"] for name in ("followers", "followings", "tracks", "playlists")},
        "created_at": row["created_at"],
    }


def own_account(user: User) -> dict[str, Any]:
    """What `GET me/` tells a person about themselves."""
    row = row_of(user, (*USER_CARD_COLUMNS, *picture_columns("header__")))
    return {
        **user_card(row),
        "header": picture_card(row, "header__"),
        **{name: getattr(user, name) for name in OWN_COLUMNS},
    }


def row_of(user: User, columns: Iterable[str]) -> dict[str, Any]:
    """The columns of a person who is loaded already; a picture that is not yet costs one query."""
    return {name: column_of(user, name) for name in columns}


def column_of(user: User, name: str) -> Any:
    """What stands in a column, of a joined row too; None where there is none."""
    found: Any = user
    for step in name.split("__"):
        found = getattr(found, step, None)
    return found


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


def connection_card(row: dict[str, Any]) -> dict[str, Any]:
    """A service that opens the account, to its owner; `email` is what the service said last, and may be empty."""
    return {
        "id": row["id"],
        "provider": row["provider"],
        "email": row["extra_data"].get("email", ""),
        "created_at": row["date_joined"],
        "used_at": row["last_login"],
    }
