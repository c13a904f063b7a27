"""Posts in the trash."""

from datetime import datetime

from django.db.models import QuerySet

from config.lib.viewer import Viewer
from engagement.posts.models import Post


def trash_branches(viewer: Viewer) -> tuple[QuerySet[Post], ...]:
    """What the viewer may bring back or let go for good."""
    return (thrown_away(viewer),)


def thrown_away(viewer: Viewer) -> QuerySet[Post]:
    """The rows of all branches."""
    return Post.objects.trash_of(viewer)


def to_purge(*, before: datetime) -> QuerySet[Post]:
    """What has been in the trash since then or longer."""
    return Post.objects.to_purge(before=before)
