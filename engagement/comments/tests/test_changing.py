"""Editing, deleting and pinning: what changes, who is told, what a repetition does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from config.lib.testing import emitted
from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.events import CommentDeleted, CommentEdited, CommentPinned, CommentUnpinned
from engagement.comments.models import Comment, CommentVersion
from engagement.comments.policies import can_delete_comment, can_edit_comment, can_pin_comment
from tracks.models import Track

pytestmark = pytest.mark.django_db


def edit(comment: Comment, body: str, at) -> None:
    services.edit_comment(comment=comment, viewer=Viewer(user=comment.author), body=body, at=at)


def test_who_may_do_what(owner, fan, stranger, say):
    comment = say(fan)
    allowed = {
        rule.__name__: [person.username for person in (owner, fan, stranger) if rule(person, comment)]
        for rule in (can_edit_comment, can_delete_comment, can_pin_comment)
    }
    assert allowed == {
        "can_edit_comment": ["fan"],
        "can_delete_comment": ["owner", "fan"],
        "can_pin_comment": ["owner"],
    }


def test_an_edit_keeps_what_was_said_before(fan, say, at):
    comment = say(fan, "first")
    with emitted() as events:
        edit(comment, "second", at)
        edit(comment, "second", at + timedelta(seconds=1))
    comment.refresh_from_db()
    assert (comment.body, comment.edited_at) == ("second", at)
    assert [version.body for version in CommentVersion.objects.all()] == ["first"]
    assert [type(event) for event in events] == [CommentEdited]


def test_edits_are_held_back_like_comments(fan, say, at):
    comment = say(fan, "first")
    for n in range(10):
        edit(comment, f"edit {n}", at + timedelta(seconds=n))
    with pytest.raises(services.CommentsTooFast) as told:
        edit(comment, "once more", at + timedelta(seconds=20))
    assert told.value.facts == {"retry_after_s": 40}
    with pytest.raises(services.TooManyLinks):
        edit(comment, "www.a www.b www.c", at)


def test_nothing_is_edited_where_no_comments_are_taken_or_once_it_is_deleted(fan, say, at):
    comment = say(fan, "first")
    Track.objects.update(comments_enabled=False)
    with pytest.raises(services.CommentsClosed):
        edit(comment, "second", at)
    services.delete_comment(comment=comment, by=fan, at=at)
    with pytest.raises(Comment.DoesNotExist):
        edit(comment, "second", at)
    with pytest.raises(Comment.DoesNotExist):
        services.pin_comment(comment=comment, at=at)


def test_deleting_counts_down_once_and_keeps_the_row(owner, fan, say, at, comments_count):
    head = say(fan, "head")
    reply = say(fan, to=head)
    with emitted() as events:
        for moment in (at, at + timedelta(seconds=1)):
            services.delete_comment(comment=reply, by=owner, at=moment)
    head.counts.refresh_from_db()
    reply.refresh_from_db()
    assert (comments_count(), head.counts.replies) == (1, 0)
    assert (reply.deleted_at, reply.deleted_by, bool(reply.body)) == (at, owner, True)
    facts = {"comment_id": reply.pk, "track_id": head.track_id, "owner_id": owner.pk, "author_id": fan.pk}
    assert events == [CommentDeleted(**facts, parent_id=head.pk, deleted_by_id=owner.pk)]


def test_one_comment_of_a_track_is_pinned(owner, fan, say, at):
    first, second = say(fan), say(fan)
    with emitted() as events:
        for comment in (first, first, second):
            services.pin_comment(comment=comment, at=at)
    assert [(type(event), event.comment_id) for event in events] == [
        (CommentPinned, first.pk),
        (CommentUnpinned, first.pk),
        (CommentPinned, second.pk),
    ]
    with emitted() as events:
        services.unpin_comment(comment=second)
        services.unpin_comment(comment=second)
    assert [type(event) for event in events] == [CommentUnpinned]


def test_the_database_holds_one_pin_a_track(fan, say, at):
    say(fan)
    say(fan)
    with transaction.atomic(), pytest.raises(IntegrityError, match="one_pin_a_track"):
        Comment.objects.update(pinned_at=at)


def test_a_reply_is_not_pinned(fan, say, at):
    with pytest.raises(services.PinNeedsThread):
        services.pin_comment(comment=say(fan, to=say(fan)), at=at)


def test_a_pinned_comment_that_is_deleted_is_pinned_no_longer(fan, say, at):
    comment = say(fan)
    services.pin_comment(comment=comment, at=at)
    services.delete_comment(comment=comment, by=fan, at=at)
    comment.refresh_from_db()
    assert comment.pinned_at is None
