"""Who changes a comment holds its track: what happens to the comments of one track happens one after the other, so that
the numbers on its card follow. Who changes the comments of a person, or says something as them, holds the person first.
"""

from collections.abc import Collection
from typing import Any

from config.lib import advisory
from config.lib.viewer import Viewer
from engagement.comments.models import Comment
from engagement.comments.services.counts import add_replies
from tracks.models import Track
from tracks.services.counts import add_comments


def hold_author(user_id: int) -> None:
    """Until the transaction ends nobody else says something as this person; taken before any track."""
    advisory.hold(f"engagement.comments_of:{user_id}")


def hold_tracks(track_ids: Collection[int]) -> None:
    """Hold these tracks, in the order of their ids."""
    list(Track.objects.filter(pk__in=track_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def hold_open_track(track_id: int, *, viewer: Viewer) -> Track:
    """The track as it is now, if the viewer may (still) open it. Raises Track.DoesNotExist."""
    return Track.objects.visible_to(viewer).select_for_update(no_key=True, of=("self",)).get(pk=track_id)


def hold_comment(comment_id: int) -> Comment:
    """A comment as it is now, with its track, which is held. Raises Comment.DoesNotExist."""
    comments = Comment.objects.select_related("track")
    hold_tracks([comments.values_list("track_id", flat=True).get(pk=comment_id)])
    return comments.get(pk=comment_id)


def recount(comment: Comment, *, n: int) -> None:
    """The numbers of its track and of its thread follow; the caller holds the track."""
    add_comments(track_id=comment.track_id, n=n)
    if comment.parent_id is not None:
        add_replies(comment_id=comment.parent_id, n=n)


def facts_of(comment: Comment) -> dict[str, Any]:
    """What every event of a comment tells."""
    return {
        "comment_id": comment.pk,
        "track_id": comment.track_id,
        "owner_id": comment.track.owner_id,
        "author_id": comment.author_id,
        "parent_id": comment.parent_id,
    }
