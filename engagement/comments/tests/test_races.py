"""Two, or twenty, at the same moment. Real threads, real transactions."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from accounts.models import User
from accounts.services import lift_suspension, suspend_user
from config.lib.testing import race
from config.lib.viewer import Viewer
from engagement.comments import services
from engagement.comments.models import Comment, CommentCounts
from tracks.models import Track, TrackCounts
from tracks.services import trash_track, update_track

pytestmark = pytest.mark.django_db(transaction=True)


def assert_counts_are_exact() -> None:
    counted = Comment.objects.filter(is_counted=True)
    for row in TrackCounts.objects.all():
        assert row.comments == counted.filter(track_id=row.track_id).count(), row
    for row in CommentCounts.objects.all():
        assert row.replies == counted.filter(parent_id=row.comment_id).count(), row
    assert not Comment.objects.miscounted().exists()


def add(author: User, track: Track, at, body="", **words):
    wanted = services.Words(body=body or f"{uuid4()}", **words)
    return partial(services.add_comment, track_id=track.pk, viewer=Viewer(user=author), words=wanted, at=at)


def test_the_same_sent_twenty_times_is_said_once(track, fan, at, patient_locks):
    send = add(fan, track, at, client_id=uuid4())
    answers = race(*[send] * 20)
    assert len({answer.comment.pk for answer in answers}) == 1
    assert sum(answer.is_new for answer in answers) == 1
    assert_counts_are_exact()


def test_a_person_who_sends_twenty_at_once_has_ten_taken(track, fan, at, patient_locks):
    answers = race(*[add(fan, track, at) for _ in range(20)])
    refused = [answer for answer in answers if isinstance(answer, services.CommentsTooFast)]
    assert (len(refused), Comment.objects.count()) == (10, 10)
    assert_counts_are_exact()


def test_a_crowd_that_comments_is_counted_to_the_last(track, make_user, at, patient_locks):
    crowd = [make_user(f"fan-{n}") for n in range(20)]
    head = add(crowd[0], track, at)().comment
    race(*[add(person, track, at + timedelta(seconds=1), parent_id=head.pk) for person in crowd])
    assert Comment.objects.filter(parent=head).count() == 20
    assert_counts_are_exact()


@pytest.mark.parametrize("turn", range(5))
def test_whoever_is_suspended_while_they_comment_is_not_counted(track, owner, fan, at, turn, patient_locks):
    head = add(owner, track, at)().comment

    def go() -> None:
        suspend_user(user=User.objects.get(pk=fan.pk), reason="spam", at=at)
        services.settle_comments(user_id=fan.pk)

    race(add(fan, track, at, parent_id=head.pk), add(fan, track, at), go)
    assert_counts_are_exact()
    lift_suspension(user=User.objects.get(pk=fan.pk), at=at)
    services.settle_comments(user_id=fan.pk)
    assert_counts_are_exact()


def test_opposites_leave_the_counts_exact(track, owner, fan, at, patient_locks):
    head = add(owner, track, at)().comment
    reply = add(fan, track, at, parent_id=head.pk)().comment
    suspend_user(user=User.objects.get(pk=fan.pk), reason="spam", at=at)
    delete = partial(services.delete_comment, comment=reply, by=owner, at=at)
    settle = partial(services.settle_comments, user_id=fan.pk)
    drop = partial(services.delete_comment, comment=head, by=owner, at=at)
    later = at + timedelta(minutes=1)
    answers = race(delete, settle, delete, drop, settle, add(owner, track, later, parent_id=head.pk))
    assert [type(answer) for answer in answers[:5]] == [type(None), int, type(None), type(None), int]
    assert_counts_are_exact()


def test_two_pins_at_once_leave_one(track, fan, at, patient_locks):
    comments = [add(fan, track, at)().comment for _ in range(3)]
    moves = [partial(services.pin_comment, comment=comment, at=at) for comment in comments]
    unpin = partial(services.unpin_comment, comment=comments[0])
    edit = partial(services.edit_comment, comment=comments[1], viewer=Viewer(user=fan), body="otherwise", at=at)
    assert race(*moves, unpin, edit) == [None] * 5
    assert Comment.objects.filter(pinned_at__isnull=False).count() <= 1


@pytest.mark.parametrize("turn", range(3))
def test_once_the_track_is_shut_nobody_has_got_in_behind(track, owner, fan, at, turn, patient_locks):
    close = partial(update_track, track=track, changes={"comments_enabled": False}, at=at)
    throw = partial(trash_track, track=track, at=at)
    answers = race(add(fan, track, at), close, throw, add(owner, track, at))
    fine = (services.Added, services.CommentsClosed, Track.DoesNotExist)
    assert all(isinstance(answer, fine) for answer in (answers[0], answers[3]))
    assert_counts_are_exact()


def test_two_erasings_and_a_settling_forget_everything(track, owner, fan, at, patient_locks):
    head = add(fan, track, at)().comment
    add(owner, track, at, parent_id=head.pk)()
    for _ in range(3):
        add(fan, track, at, parent_id=head.pk)()
    erase = partial(services.erase_comments, user_id=fan.pk, at=at)
    answers = race(erase, erase, partial(services.settle_comments, user_id=fan.pk))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert list(Comment.objects.exclude(author=owner).values_list("body", flat=True)) == [""]
    assert_counts_are_exact()
