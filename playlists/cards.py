"""A playlist as JSON: plain functions over `values()` rows, the same for HTTP, sockets and pages."""

from typing import Any

from django.conf import settings

from accounts.cards import user_card
from config.lib.pictures.cards import picture_card
from playlists.models import Playlist
from playlists.querysets import COPIED
from tracks.cards import space_name


def playlist_card(row: dict[str, Any], *, totals: dict[str, int] | None = None) -> dict[str, Any]:
    """What everybody who sees the playlist in a list sees of it. Nothing in it depends on who looks.

    `totals`: `tracks_count` and `duration_ms` where they are told for one viewer.
    """
    playlist_id = row["id"]
    counted = {"tracks_count": row["counts__tracks"], "duration_ms": row["counts__duration_ms"]}
    return {
        "id": playlist_id,
        "kind": "playlist",
        "permalink_url": f"{settings.SITE_URL}/{row['owner__username']}/sets/{row['permalink']}/",
        "user": user_card(row, "owner__"),
        "space": space_name(row["space_id"], row["space__name"]) if row["space__name_public"] else None,
        **{name: row[name] for name in COPIED},
        "artwork": picture_card(row, "artwork__") or picture_card(row, "cover__"),
        "tracks_url": f"{settings.SITE_URL}/api/v1/playlists/{playlist_id}/tracks/",
        **(totals or counted),
        "likes_count": row["counts__likes"],
        "reposts_count": row["counts__reposts"],
    }


def playlist_manage(playlist: Playlist) -> dict[str, Any]:
    """What only those read who may edit the playlist: its space, its secret link, whether its picture was chosen."""
    return {
        "space": space_name(playlist.space.pk, playlist.space.name) if playlist.space else None,
        "secret_token": playlist.secret_token,
        "artwork_chosen": playlist.artwork_id is not None,
    }
