from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.querysets import in_good_standing
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.viewer import Viewer
from engagement.comments.events import CommentCreated
from engagement.comments.models import Comment, CommentCounts
from engagement.comments.services.brakes import check_links, check_pace
from engagement.comments.services.locking import facts_of, hold_author, hold_open_track, recount
from engagement.comments.services.mentions import names_in, settle_mentions
from tracks.models import Track
from tracks.policies import can_comment_track


class CommentsClosed(DomainError):
    code = "comments_closed"
    status = 403
    title = "The owner of this track takes no comments."


class CommentingNotGranted(DomainError):
    code = "commenting_not_granted"
    status = 403
    title = "The link that you came by is for listening; it lets nobody say something."


class TimestampBeyondEnd(DomainError):
    code = "timestamp_beyond_end"
    status = 400
    title = "A moment of this track lies between 0 and {duration_ms} ms."


class ClientIdReused(DomainError):
    code = "client_id_reused"
    title = "This client_id names another comment of yours; make a new one for a new comment."


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody wants to say. `client_id`: their own name for it, so that sending it again says it once."""

    body: str
    timestamp_ms: int | None = None
    parent_id: int | None = None
    client_id: UUID | None = None


@dataclass(frozen=True)
class Added:
    """A comment, and whether it was made just now."""

    comment: Comment
    is_new: bool


@transaction.atomic
def add_comment(*, track_id: int, viewer: Viewer, words: Words, at: datetime) -> Added:
    """Let the viewer say something to a track. The same `client_id` again answers with the comment that it made.

    Raises CommentsClosed, CommentingNotGranted, TimestampBeyondEnd, TooManyLinks, TooManyMentions, CommentsTooFast,
    CommentRepeated, TrackTooBusy, ClientIdReused; Track.DoesNotExist, Comment.DoesNotExist and User.DoesNotExist for
    what the viewer cannot see, and for who is in no good standing (any longer).
    """
    names = names_in(words.body)
    check_links(words.body)
    hold_author(viewer.user_id or 0)
    track = hold_open_track(track_id, viewer=viewer)
    if earlier := sent_before(track, viewer=viewer, words=words):
        return Added(earlier, is_new=False)
    check_may(track, words)
    author = User.objects.get_queryset().filter(in_good_standing()).get(pk=viewer.user_id or 0)
    check_granted(track, viewer=viewer)
    thread_id = thread_of(words.parent_id, track=track, viewer=viewer)
    check_pace(author_id=author.pk, track_id=track.pk, body=words.body, at=at)
    content = {"body": words.body, "timestamp_ms": words.timestamp_ms, "client_id": words.client_id}
    comment = Comment.objects.create(track=track, author=author, parent_id=thread_id, **content, created_at=at)
    CommentCounts.objects.create(comment=comment)
    settle_mentions(comment, names=names, viewer=viewer)
    recount(comment, n=1)
    emit(CommentCreated(**facts_of(comment), client_id=str(words.client_id) if words.client_id else None))
    return Added(comment, is_new=True)


def sent_before(track: Track, *, viewer: Viewer, words: Words) -> Comment | None:
    """The comment that the author has sent under this `client_id`. Raises ClientIdReused where it was another one, and
    Comment.DoesNotExist where it is deleted by now."""
    if words.client_id is None:
        return None
    found = Comment.objects.filter(author_id=viewer.user_id, client_id=words.client_id).first()
    if found is None:
        return None
    body = words.body if found.edited_at else found.body
    if (found.track_id, found.timestamp_ms, body) != (track.pk, words.timestamp_ms, words.body):
        raise ClientIdReused
    if found.deleted_at:
        raise Comment.DoesNotExist
    return found


def check_open(track: Track) -> None:
    """Raise CommentsClosed; what was said before stays readable."""
    if not track.comments_enabled:
        raise CommentsClosed


def check_granted(track: Track, *, viewer: Viewer) -> None:
    """Raise CommentingNotGranted, of a track that was found for this viewer."""
    if not can_comment_track(viewer.user, track):
        raise CommentingNotGranted


def check_may(track: Track, words: Words) -> None:
    """Raise CommentsClosed, TimestampBeyondEnd."""
    check_open(track)
    if words.timestamp_ms is not None and words.timestamp_ms > (track.duration_ms or 0):
        raise TimestampBeyondEnd(duration_ms=track.duration_ms or 0)


def thread_of(parent_id: int | None, *, track: Track, viewer: Viewer) -> int | None:
    """What a reply hangs on: the comment, or the one that it hangs on itself. Raises Comment.DoesNotExist."""
    if parent_id is None:
        return None
    parent = Comment.objects.visible_to(viewer).standing().get(pk=parent_id, track=track)
    return parent.parent_id or parent.pk
