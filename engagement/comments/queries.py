"""Answers that are not rows of one model."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from config.lib.pagination import beyond
from config.lib.viewer import Viewer
from engagement.comments.models import Comment
from tracks.models import Track

CHUNK = 1000
Comments = QuerySet[Comment]
ORDER = ("place_ms", "id")


def duration_of(viewer: Viewer, track_id: int) -> Any:
    """How long the track is, in a row; in none for a track that the viewer may not open."""
    return Track.objects.visible_to(viewer).filter(pk=track_id).values("duration_ms")


def thread_cards(viewer: Viewer, track_id: int) -> Any:
    """What people have said to a track: the rows of the heads, without people whom the viewer mutes."""
    threads = Comment.objects.visible_to(viewer).filter(track_id=track_id).threads()
    return threads.unmuted(viewer).for_card()


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


def said_by(viewer: Viewer) -> Comments:
    """What stands of the viewer's own, wherever it is: the track may be open to them no longer."""
    return Comment.objects.standing().by(viewer.user_id)


def trash_branches(viewer: Viewer) -> tuple[Comments, ...]:
    """What the viewer may bring back or let go for good: what they deleted of their own, and what was taken from tracks
    that they edit. No row is in both."""
    return Comment.objects.own_trash(viewer), Comment.objects.taken_away(viewer)


def thrown_away(viewer: Viewer) -> Comments:
    """The rows of all branches."""
    return Comment.objects.trash_of(viewer)


def to_purge(*, before: datetime) -> Comments:
    """What has been in the trash since then or longer."""
    return Comment.objects.to_purge(before=before)
