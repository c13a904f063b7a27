"""A post as JSON: a plain function over `values()` rows, the same for HTTP, sockets and pages."""

from typing import Any

from django.conf import settings

from accounts.cards import user_card
from tracks.cards import track_card

TRACK = "track__"


def post_card(row: dict[str, Any]) -> dict[str, Any]:
    """What everybody who may read the post reads. Of its track nothing is left where the reader may not see it."""
    username = row["author__username"]
    track = {name.removeprefix(TRACK): value for name, value in row.items() if name.startswith(TRACK)}
    return {
        "id": row["id"],
        "kind": "post",
        "permalink_url": f"{settings.SITE_URL}/{username}/#post-{row['id']}",
        "user": user_card(row, "author__"),
        "body": row["body"],
        "track": track_card(track) if row["track_shown"] else None,
        "created_at": row["created_at"],
        "edited_at": row["edited_at"],
        "likes_count": row["counts__likes"],
    }
