"""A track as JSON: plain functions over `values()` rows, the same for HTTP, sockets and pages."""

from typing import Any

from django.conf import settings

from accounts.cards import user_card
from config.lib.pictures.cards import picture_card
from tracks.audio.loudness import replay_gain_db
from tracks.models import Sound, Track
from tracks.querysets import COPIED

COUNTS = ("plays", "likes", "reposts", "comments", "downloads")


def track_card(row: dict[str, Any]) -> dict[str, Any]:
    """What everybody who sees the track in a list sees of it. Nothing in it depends on who looks."""
    track_id = row["id"]
    api = f"{settings.SITE_URL}/api/v1/tracks/{track_id}"
    return {
        "id": track_id,
        "kind": "track",
        "permalink_url": f"{settings.SITE_URL}/{row['owner__username']}/{row['permalink']}/",
        "user": user_card(row, "owner__"),
        "space": space_name(row["space_id"], row["space__name"]) if row["space__name_public"] else None,
        **{name: row[name] for name in COPIED},
        "bpm": None if row["bpm"] is None else float(row["bpm"]),
        "artwork": picture_card(row, "artwork__"),
        # A new sound gets a new address, so that the old one may be cached for ever.
        "waveform_url": f"{api}/waveform/?v={row['sound_id']}" if row["sound_id"] else None,
        "streams_url": f"{api}/streams/",
        "loudness": loudness_card(row),
        **{f"{name}_count": row[f"counts__{name}"] for name in COUNTS},
    }


def space_name(space_id: int, name: str) -> dict[str, Any]:
    """What a track says of the space that it is in: to everybody where the space wants it, else to its members."""
    return {"id": space_id, "kind": "space", "name": name}


def loudness_card(row: dict[str, Any]) -> dict[str, float] | None:
    """How loud it is, and what a player adds to play everything equally loud."""
    integrated, peak = row["sound__integrated_lufs"], row["sound__true_peak_dbtp"]
    if integrated is None:
        return None
    return {
        "integrated_lufs": integrated,
        "true_peak_dbtp": peak,
        "range_lu": row["sound__range_lu"],
        "replay_gain_db": replay_gain_db(integrated_lufs=integrated, true_peak_dbtp=peak),
    }


def track_detail(row: dict[str, Any]) -> dict[str, Any]:
    """The card, and what only a page of its own has room for."""
    return {
        **track_card(row),
        "credits": row["credits"],
        "purchase_url": row["purchase_url"],
        "updated_at": row["updated_at"],
    }


def track_manage(track: Track, sound: Sound) -> dict[str, Any]:
    """What only those read who may edit the track: the newest upload, the secret link, and the space that it is in."""
    failure = {"code": sound.failure_code, "reason": sound.failure_reason} if sound.failure_code else None
    return {
        "space": space_name(track.space.pk, track.space.name) if track.space else None,
        "secret_token": track.secret_token,
        "publish_at": track.publish_at,
        "failure": failure,
        "original": {
            "filename": sound.original_name,
            "bytes": sound.original_bytes,
            "sha256": sound.original_sha256 or None,
            "codec": sound.codec or None,
            "sample_rate_hz": sound.sample_rate_hz,
            "channels": sound.channels,
            "bit_depth": sound.bit_depth,
        },
    }
