from typing import Any

from accounts.cards import USER_CARD_COLUMNS, user_card
from social.choices import MuteScope

MUTE_CARD_COLUMNS = ("id", "scope", "created_at", *(f"muted__{name}" for name in USER_CARD_COLUMNS))


def mute_card(row: dict[str, Any]) -> dict[str, Any]:
    """Whom a person mutes, to that person."""
    return {"user": user_card(row, "muted__"), "scope": MuteScope(row["scope"]).value, "created_at": row["created_at"]}
