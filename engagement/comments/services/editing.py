from datetime import datetime

from django.db import transaction

from config.lib.events import emit
from config.lib.viewer import Viewer
from engagement.comments.events import CommentEdited
from engagement.comments.models import Comment, CommentVersion
from engagement.comments.services.brakes import MINUTE, CommentsTooFast, check_links, wait_for_room
from engagement.comments.services.locking import facts_of, hold_author, hold_comment
from engagement.comments.services.mentions import names_in, settle_mentions
from engagement.comments.services.writing import check_granted, check_open
from tracks.models import Track

EDITS_MOST = 10


@transaction.atomic
def edit_comment(*, comment: Comment, viewer: Viewer, body: str, at: datetime) -> None:
    """Let the author say it otherwise; what it said before is kept for moderators. The same words change nothing.

    Raises CommentsClosed, CommentingNotGranted, TooManyLinks, TooManyMentions, CommentsTooFast, and
    Comment.DoesNotExist for a deleted one.
    """
    names = names_in(body)
    check_links(body)
    hold_author(comment.author_id)
    comment = hold_comment(comment.pk)
    if comment.deleted_at:
        raise Comment.DoesNotExist
    if comment.body == body:
        return
    check_open(comment.track)
    if viewer.grant is not None:  # without one, whoever wrote it may say it otherwise
        check_granted(Track.objects.visible_to(viewer).get(pk=comment.track_id), viewer=viewer)
    check_pace_of_edits(comment, at=at)
    CommentVersion.objects.create(comment=comment, body=comment.body, replaced_at=at)
    comment.body, comment.edited_at = body, at
    comment.save(update_fields=["body", "edited_at"])
    settle_mentions(comment, names=names, viewer=viewer)
    emit(CommentEdited(**facts_of(comment)))


def check_pace_of_edits(comment: Comment, *, at: datetime) -> None:
    """Raise CommentsTooFast: every edit is a row that is kept."""
    edits = CommentVersion.objects.filter(comment=comment, replaced_at__gt=at - MINUTE).order_by("-replaced_at")
    moments = edits.values_list("replaced_at", flat=True)[:EDITS_MOST]
    if wait := wait_for_room(moments, most=EDITS_MOST, window=MINUTE, at=at):
        raise CommentsTooFast(retry_after_s=wait)
