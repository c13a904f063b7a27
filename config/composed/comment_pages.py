"""What the page of a track shows of what people say to it; scripts go on from there."""

from typing import Any
from urllib.parse import urlencode

from config.lib.viewer import Viewer
from engagement.comments.cards import comment_card
from engagement.comments.models import Comment
from tracks.models import Track
from tracks.policies import can_comment_track, can_edit_track

PAGE_SIZE = 20


def said_about(track: Track, *, viewer: Viewer, keys: dict[str, str]) -> dict[str, Any]:
    """The newest threads, and what the page has to know of who looks at it."""
    threads = Comment.objects.visible_to(viewer).unmuted(viewer).filter(track_id=track.pk).threads()
    rows = threads.order_by("-created_at", "-id").for_card()[:PAGE_SIZE]
    return {
        "cards": [comment_card(row) for row in rows],
        "enabled": track.comments_enabled,
        "viewer_id": viewer.user_id or "",
        "may_speak": track.comments_enabled and can_comment_track(viewer.user, track),
        "may_edit": can_edit_track(viewer.user, track),
        "keys": urlencode(keys),
    }
