"""A post as JSON: a plain function over `values()` rows, the same for HTTP, sockets and pages."""

from typing import Any

from django.conf import settings

from accounts.cards import user_card
from playlists.cards import playlist_card
from tracks.cards import track_card


def post_card(row: dict[str, Any]) -> dict[str, Any]:
    """What everybody who may read the post reads. Of what it brings nothing is left where the reader may not see it."""
    username = row["author__username"]
    return {
        "id": row["id"],
        "kind": "post",
        "permalink_url": f"{settings.SITE_URL}/{username}/#post-{row['id']}",
        "user": user_card(row, "author__"),
        "body": row["body"],
        "track": track_card(part(row, "track__")) if row["track_shown"] else None,
        "playlist": playlist_card(part(row, "playlist__")) if row["playlist_shown"] else None,
        "created_at": row["created_at"],
        "edited_at": row["edited_at"],
        "likes_count": row["counts__likes"],
    }


def part(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    """The columns of something that the row leads to, by their own names."""
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
