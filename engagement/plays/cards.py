"""A play of one's own as JSON: plain functions over `values()` rows."""

from typing import Any


def heard_card(row: dict[str, Any], *, track: dict[str, Any]) -> dict[str, Any]:
    """What a person sees of what they have heard; `track`: its card."""
    return {
        "id": row["id"],
        "kind": "play",
        "played_at": row["created_at"],
        "position_ms": row["position_ms"],
        "listened_ms": row["heard_ms"],
        "ended": row["ended_at"] is not None,
        "track": track,
    }
