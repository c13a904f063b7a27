"""Answers that are not rows of one model."""

from collections.abc import Iterator
from typing import Any

from config.lib.pagination import beyond
from config.lib.viewer import Viewer
from engagement.comments.models import Comment

CHUNK = 1000
ORDER = ("place_ms", "id")


def comments_in_order(*, track_id: int, viewer: Viewer, chunk: int = CHUNK) -> Iterator[dict[str, Any]]:
    """All that the viewer may read on a track, by their moments: so many rows at a time, each read by its index. So a
    slow reader holds neither memory nor a cursor open."""
    rows = Comment.objects.visible_to(viewer).filter(track_id=track_id).order_by(*ORDER).for_card()
    found = list(rows[:chunk])
    while found:
        yield from found
        if len(found) < chunk:
            return
        last = found[-1]
        found = list(rows.filter(beyond(ORDER, (last["place_ms"], last["id"])))[:chunk])
