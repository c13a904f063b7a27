"""A track may name the moment at which it becomes public by itself; until then it is private or unlisted.

So that nobody has to look at two columns to know who sees a track: `visibility` alone says it, before and after.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.lib.errors import DomainError
from tracks.choices import Visibility
from tracks.models import Track


class PublishedAlready(DomainError):
    code = "published_already"
    title = "The track was published at {published_at}; only what has not been published can be scheduled."


def with_schedule(track: Track, changes: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """`changes` to a locked track, and what follows from them for its visibility and its schedule.

    A moment to come keeps a public track private until then, one that is over makes it public now, and making it public
    ends its schedule. Raises PublishedAlready.
    """
    moment = changes.get("publish_at")
    if moment and track.published_at:
        raise PublishedAlready(published_at=track.published_at)
    if moment and moment <= at:
        return {**changes, "visibility": Visibility.PUBLIC, "publish_at": None}
    if changes.get("visibility", track.visibility) != Visibility.PUBLIC:
        return dict(changes)
    if moment:
        return {**changes, "visibility": Visibility.PRIVATE}
    return {**changes, "publish_at": None} if track.publish_at else dict(changes)
