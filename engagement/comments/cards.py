"""A comment as JSON: plain functions over `values()` rows, the same for HTTP, sockets and pages."""

from typing import Any

from accounts.cards import user_card


def comment_card(row: dict[str, Any]) -> dict[str, Any]:
    """What everybody who sees a comment sees of it; of one that is gone, only the place that it keeps."""
    standing, moment = row["is_standing"], row["timestamp_ms"]
    duration = row["track__duration_ms"]
    beyond = moment is not None and duration is not None and moment > duration
    return {
        "id": row["id"],
        "kind": "comment",
        "track_id": row["track_id"],
        "parent_id": row["parent_id"],
        "user": user_card(row, "author__") if standing else None,
        "body": row["body"] if standing else None,
        "timestamp_ms": duration if beyond else moment,
        "beyond_end": beyond,
        "created_at": row["created_at"],
        "edited_at": row["edited_at"] if standing else None,
        "deleted": not standing,
        "pinned": row["pinned_at"] is not None and standing,
        # A row without its numbers is shown all the same.
        "likes_count": (row["counts__likes"] or 0) if standing else 0,
        "replies_count": row["counts__replies"] or 0,
    }
