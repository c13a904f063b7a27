from typing import Any

from accounts.cards import USER_CARD_COLUMNS, user_card
from social.choices import MuteScope

MUTE_CARD_COLUMNS = ("id", "scope", "created_at", *(f"muted__{name}" for name in USER_CARD_COLUMNS))


def mute_card(row: dict[str, Any]) -> dict[str, Any]:
    """Whom a person mutes, to that person."""
    return {"user": user_card(row, "muted__"), "scope": MuteScope(row["scope"]).value, "created_at": row["created_at"]}


SPACE_CARD_COLUMNS = (
    "id", "name", "description", "name_public", "created_at", "updated_at", "viewer_role",
    *(f"owner__{name}" for name in USER_CARD_COLUMNS),
)  # fmt: skip
MEMBER_CARD_COLUMNS = ("id", "role", "created_at", *(f"person__{name}" for name in USER_CARD_COLUMNS))
INVITATION_CARD_COLUMNS = (
    "id", "role", "created_at", "expires_at", "email", "invitee_id", "space_id", "space__name",
    *(f"made_by__{name}" for name in USER_CARD_COLUMNS),
    *(f"invitee__{name}" for name in USER_CARD_COLUMNS),
)  # fmt: skip


def space_card(row: dict[str, Any]) -> dict[str, Any]:
    """A space, to one of its members; `role` is what they are in it."""
    return {
        "id": row["id"],
        "kind": "space",
        **{name: row[name] for name in ("name", "description", "name_public", "created_at", "updated_at")},
        "role": row["viewer_role"],
        "owner": user_card(row, "owner__"),
    }


def member_card(row: dict[str, Any]) -> dict[str, Any]:
    """Somebody who is in a space, to another member."""
    return {"user": user_card(row, "person__"), "role": row["role"], "created_at": row["created_at"]}


def invitation_card(row: dict[str, Any]) -> dict[str, Any]:
    """An invitation, to whom it is for and to whoever manages the space. The token is in the mail alone."""
    return {
        "id": row["id"],
        "space": {"id": row["space_id"], "kind": "space", "name": row["space__name"]},
        "role": row["role"],
        "invited_by": user_card(row, "made_by__"),
        "user": user_card(row, "invitee__") if row["invitee_id"] else None,
        "email": row["email"] or None,
        "created_at": row["created_at"],
        "expires_at": row["expires_at"],
    }
