"""Counts count comments of people in good standing; whoever goes for good leaves no word."""

import pytest

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.events import CommentsMiscounted
from engagement.comments.models import Comment, CommentMention, CommentVersion
from engagement.tasks import settle_comments

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers(comments_count):
    """(comments of the track, replies of a comment)"""

    def of(head: Comment) -> tuple[int, int]:
        head.counts.refresh_from_db()
        return comments_count(), head.counts.replies

    return of


def test_a_suspended_persons_comments_count_no_longer_and_then_again(owner, fan, say, at, numbers):
    head = say(owner)
    say(fan)
    say(fan, to=head)
    suspend_user(user=fan, reason="spam", at=at)
    assert settle_comments(user_id=fan.pk) == 2
    assert numbers(head) == (1, 0)
    assert settle_comments(user_id=fan.pk) == 0
    lift_suspension(user=fan, at=at)
    assert settle_comments(user_id=fan.pk) == 2
    assert numbers(head) == (3, 1)


def test_what_was_not_counted_is_not_counted_down(owner, fan, say, at, numbers):
    head = say(owner)
    reply = say(fan, to=head)
    suspend_user(user=fan, reason="spam", at=at)
    services.settle_comments(user_id=fan.pk)
    services.delete_comment(comment=reply, by=owner, at=at)
    assert numbers(head) == (1, 0)
    lift_suspension(user=fan, at=at)
    assert services.settle_comments(user_id=fan.pk) == 0
    assert numbers(head) == (1, 0)


def test_a_long_work_is_done_in_parts_of_which_each_announces_the_next(owner, fan, say, at, numbers):
    head = say(owner)
    for _ in range(3):
        say(fan)
    suspend_user(user=fan, reason="spam", at=at)
    with emitted() as events:
        assert services.settle_comments(user_id=fan.pk, batch=2) == 2
    assert (events, numbers(head)) == ([CommentsMiscounted(user_id=fan.pk)], (2, 0))
    with emitted() as events:
        assert services.settle_comments(user_id=fan.pk, batch=2) == 1
    assert (events, numbers(head)) == ([], (1, 0))


def test_erasing_leaves_the_place_of_a_thread_and_nothing_else(owner, fan, say, at, numbers, monkeypatch):
    monkeypatch.setattr("engagement.comments.services.erasing.BATCH", 2)
    answered, alone = say(fan, "@owner hear"), say(fan)
    services.edit_comment(comment=answered, viewer=Viewer(user=fan), body="@owner listen", at=at)
    kept, own = say(owner, "@fan yes", to=answered), say(fan, to=answered)
    services.pin_comment(comment=answered, at=at)
    services.delete_comment(comment=alone, by=fan, at=at)
    for _ in range(2):
        services.erase_comments(user_id=fan.pk, at=at)
    assert list(Comment.objects.order_by("pk").values_list("pk", "body")) == [(answered.pk, ""), (kept.pk, "@fan yes")]
    assert not CommentVersion.objects.exists()
    assert not CommentMention.objects.exists()
    assert numbers(answered) == (1, 1)
    assert own.pk not in Comment.objects.values_list("pk", flat=True)


def test_what_was_said_to_their_tracks_goes_first(owner, fan, say, at, comments_count, make_track, monkeypatch):
    monkeypatch.setattr("engagement.comments.services.erasing.BATCH", 2)
    head = say(fan)
    for _ in range(3):
        say(owner, to=head)
    services.delete_comment(comment=head, by=fan, at=at)
    elsewhere = say(owner, on=make_track(fan, title="Elsewhere"))
    for _ in range(2):
        services.erase_comments_on(owner_id=owner.pk)
    assert list(Comment.objects.all()) == [elsewhere]
    assert comments_count() == 0
