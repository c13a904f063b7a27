from typing import Any

from django.conf import settings

from config.lib.secrets import Unreadable, unseal

# What tokens are sealed for.
PURPOSE = "share link"


def share_link_card(row: dict[str, Any]) -> dict[str, Any]:
    """A link as those see it who hand it out."""
    copied = ("id", "label", "permission", "expires_at", "max_uses", "uses", "created_at", "last_opened_at")
    return {
        **{name: row[name] for name in copied},
        "kind": "share_link",
        "url": share_url(row["sealed_token"]),
        "has_password": row["password"] != "",
    }


def share_url(sealed_token: str) -> str | None:
    """The address to hand out. None where SECRET_KEY was replaced and the one of before is listed no longer: such a
    link works on and cannot be shown again."""
    try:
        token = unseal(sealed_token, purpose=PURPOSE)
    except Unreadable:
        return None
    return f"{settings.SITE_URL}/s/{token}/"
