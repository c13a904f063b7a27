"""Deleted comments: who brings which back, what comes back, and what goes for good."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services import suspend_user
from config.lib.testing import emitted, race
from config.lib.viewer import Viewer
from engagement import services as marks
from engagement.comments import services
from engagement.comments.events import CommentRestored
from engagement.comments.frames import restored
from engagement.comments.models import Comment
from engagement.models import CommentLike
from social.choices import SpaceRole
from social.models import SpaceMember
from social.services import block_user, create_space
from tracks.models import Track, TrackCounts
from tracks.services import trash_track, update_track

pytestmark = pytest.mark.django_db


def delete(comment: Comment, by: User, at) -> Comment:
    services.delete_comment(comment=comment, by=by, at=at)
    return Comment.objects.get(pk=comment.pk)


def restore(comment: Comment, by: User) -> None:
    services.restore_comment(comment=comment, viewer=Viewer(user=by))


def like(comment: Comment, by: User, at) -> None:
    marks.like(kind=marks.COMMENT_LIKES, viewer=Viewer(user=by), thing_id=comment.pk, at=at)


def columns(comment: Comment) -> dict:
    return Comment.objects.filter(pk=comment.pk).values("counts__likes", "counts__replies", *FIELDS).get()


FIELDS = [field.attname for field in Comment._meta.concrete_fields]


def test_a_comment_is_back_as_it_was_but_for_its_pin(owner, fan, stranger, say, at, comments_count):
    head = say(fan, "head @stranger", timestamp_ms=5)
    reply = say(owner, to=head)
    like(head, stranger, at)
    like(reply, stranger, at)
    before, count = [columns(head), columns(reply)], comments_count()
    services.pin_comment(comment=head, at=at)
    delete(reply, owner, at)
    delete(head, fan, at)
    with emitted() as events:
        for _ in range(2):
            restore(reply, owner)
            restore(head, fan)
    assert ([columns(head), columns(reply)], comments_count()) == (before, count)
    facts = {"track_id": head.track_id, "owner_id": owner.pk}
    assert events == [
        CommentRestored(comment_id=reply.pk, **facts, author_id=owner.pk, parent_id=head.pk),
        CommentRestored(comment_id=head.pk, **facts, author_id=fan.pk, parent_id=None),
    ]
    assert restored(events[1])["comment"]["id"] == head.pk


# who deletes -> who brings it back, of owner, fan (its author) and stranger
@pytest.mark.parametrize(("deleter", "may"), [("fan", "fan"), ("owner", "owner"), (None, "owner")])
def test_who_brings_it_back(owner, fan, stranger, say, at, deleter, may):
    people = {"owner": owner, "fan": fan, "stranger": stranger}
    comment = delete(say(fan), people[deleter or "owner"], at)
    if deleter is None:  # whose account is gone by now
        Comment.objects.update(deleted_by=None)
    for name, person in people.items():
        assert Comment.objects.trash_of(Viewer(user=person)).exists() == (name == may)
        if name != may:
            with pytest.raises(Comment.DoesNotExist):
                restore(comment, person)
            with pytest.raises(Comment.DoesNotExist):
                services.purge_comment(comment=comment, viewer=Viewer(user=person), at=at)
    restore(comment, people[may])
    assert Comment.objects.standing().exists()


def test_in_a_space_editors_bring_back_what_editors_took_away(owner, fan, stranger, say, track, at):
    space = create_space(owner=owner, name="Small hours", at=at)
    Track.objects.filter(pk=track.pk).update(space=space)
    comment = delete(say(fan), owner, at)
    member = SpaceMember.objects.create(
        space=space, person=stranger, role=SpaceRole.COMMENTER, role_since=at, created_at=at
    )
    with pytest.raises(Comment.DoesNotExist):
        restore(comment, stranger)
    SpaceMember.objects.filter(pk=member.pk).update(role=SpaceRole.EDITOR)
    restore(comment, stranger)


@pytest.mark.parametrize("fate", ["suspended", "blocked"])
def test_of_somebody_out_of_sight_nothing_is_in_the_trash(owner, fan, say, at, fate):
    comment = delete(say(fan), owner, at)
    if fate == "suspended":
        suspend_user(user=fan, reason="spam", at=at)
    else:
        block_user(blocker=fan, blocked=owner, at=at)
    assert not Comment.objects.trash_of(Viewer(user=owner)).exists()
    with pytest.raises(Comment.DoesNotExist):
        restore(comment, owner)


@pytest.mark.parametrize("fate", ["private", "trashed", "blocked", "parted from the thread"])
def test_what_was_said_behind_a_door_that_is_shut_stays_in_the_trash(owner, fan, stranger, say, track, at, fate):
    comment = delete(say(fan, to=say(stranger)), fan, at)
    {
        "private": partial(update_track, track=track, changes={"visibility": "private"}, at=at),
        "trashed": partial(trash_track, track=track, at=at),
        "blocked": partial(block_user, blocker=owner, blocked=fan, at=at),
        "parted from the thread": partial(block_user, blocker=stranger, blocked=fan, at=at),
    }[fate]()
    before = columns(comment), TrackCounts.objects.get().comments
    with emitted() as events, pytest.raises(services.CommentPlaceClosed):
        restore(comment, fan)
    assert (columns(comment), TrackCounts.objects.get().comments) == before
    assert events == []
    assert Comment.objects.trash_of(Viewer(user=fan)).get() == comment


def test_what_is_erased_never_comes_back(fan, say, at):
    head = say(fan)
    say(fan, to=head)
    services.erase_comments(user_id=fan.pk, at=at)
    assert not Comment.objects.trash_of(Viewer(user=fan)).exists()
    Comment.objects.update(body="")
    assert not Comment.objects.to_purge(before=at + timedelta(days=99)).exists()


def test_a_reply_comes_back_below_a_head_that_is_gone(owner, fan, stranger, say, at, api, bodies, track):
    head = say(fan, "head")
    reply = delete(say(stranger, "reply", to=head), stranger, at)
    delete(head, fan, at)
    path = f"/api/v1/tracks/{track.pk}/comments/"
    assert bodies(api.get(path)) == []
    restore(reply, stranger)
    assert bodies(api.get(path)) == [None]
    assert bodies(api.get(f"/api/v1/comments/{head.pk}/replies/")) == ["reply"]


# --- for good ------------------------------------------------------------------------------------


def purge(comment: Comment, by: User, at) -> None:
    services.purge_comment(comment=comment, viewer=Viewer(user=by), at=at)


def test_a_comment_goes_with_all_that_hangs_on_it(fan, stranger, say, at):
    comment = say(fan, "about @stranger")
    like(comment, stranger, at)
    purge(delete(comment, fan, at), fan, at)
    assert not Comment.objects.exists()
    assert not CommentLike.objects.exists()
    with pytest.raises(Comment.DoesNotExist):
        purge(comment, fan, at)


def test_a_head_keeps_its_place_without_a_word_until_the_last_answer_is_gone(fan, stranger, say, at):
    head = say(fan, "head")
    like(head, stranger, at)
    replies = [say(stranger, to=head) for _ in range(2)]
    purge(delete(head, fan, at), fan, at)
    left = Comment.objects.get(pk=head.pk)
    assert (left.body, left.counts.likes, CommentLike.objects.count()) == ("", 0, 0)
    for reply in replies:
        assert Comment.objects.filter(pk=head.pk).exists()
        purge(delete(reply, stranger, at), stranger, at)
    assert not Comment.objects.exists()


def test_what_was_just_written_stays_so_that_the_brakes_see_it(fan, say):
    comment = say(fan)
    soon = comment.created_at + timedelta(minutes=59)
    delete(comment, fan, soon)
    with pytest.raises(services.CommentJustWritten) as told:
        purge(comment, fan, soon)
    assert told.value.facts == {"retry_after_s": 60}
    purge(comment, fan, comment.created_at + timedelta(hours=1))
    assert not Comment.objects.exists()


def test_those_go_that_were_deleted_until_then_a_thread_in_one_go(fan, say, at):
    head = say(fan)
    old = [head, say(fan, to=head), say(fan)]
    young, standing = say(fan), say(fan)
    for comment in old:
        delete(comment, fan, at)
    delete(young, fan, at + timedelta(microseconds=1))
    ids = [comment.pk for comment in (*old, young, standing)]
    gone = [services.purge_comments(comment_ids=ids, before=at, at=at) for _ in range(2)]
    assert gone == [3, 0]
    assert set(Comment.objects.all()) == {young, standing}


def test_comments_of_one_track_are_dropped_before_it_goes(fan, say, track, comments_count, make_track, owner):
    head = say(fan)
    say(fan, to=head)
    kept = say(fan, on=make_track(owner, title="Another"))
    services.erase_comments_to(track_id=track.pk)
    assert (list(Comment.objects.all()), comments_count()) == ([kept], 0)


@pytest.mark.django_db(transaction=True)
def test_restoring_meets_deleting_purging_and_a_suspension(owner, fan, say, at, comments_count, patient_locks):
    head = say(owner)
    comments = [say(fan, to=head) for _ in range(4)]
    thrown = [delete(comment, fan, at) for comment in comments]
    later = timezone.now() + timedelta(days=31)

    def suspend() -> None:
        suspend_user(user=User.objects.get(pk=fan.pk), reason="spam", at=at)
        services.settle_comments(user_id=fan.pk)

    answers = race(
        *[partial(restore, comment, fan) for comment in thrown],
        partial(services.delete_comment, comment=thrown[0], by=fan, at=at),
        partial(services.purge_comments, comment_ids=[comment.pk for comment in thrown[2:]], before=later, at=later),
        suspend,
    )
    fine = (type(None), int, Comment.DoesNotExist, services.CommentPlaceClosed)
    assert [answer for answer in answers if not isinstance(answer, fine)] == []
    services.settle_comments(user_id=fan.pk)
    counted = Comment.objects.filter(is_counted=True)
    head.counts.refresh_from_db()
    assert (comments_count(), head.counts.replies) == (counted.count(), counted.filter(parent=head).count())
    assert not Comment.objects.miscounted().exists()


# --- API -----------------------------------------------------------------------------------------


def test_restore_answers_with_the_comment_and_the_second_time_too(sign_in, fan, stranger, say, track):
    comment, mine, other = say(fan, "words"), sign_in(fan), sign_in(stranger)
    path, replies = f"/api/v1/comments/{comment.pk}/", f"/api/v1/tracks/{track.pk}/comments/"
    before = mine.get(replies).json()
    assert mine.delete(path).status_code == 204
    other.problem(other.post(f"{path}restore/"), status=404, code="not_found")
    for _ in range(2):
        answer = mine.post(f"{path}restore/")
        assert (answer.status_code, answer.json()) == (200, before["results"][0])
    assert mine.get(replies).json() == before
    other.problem(other.post(f"{path}restore/"), status=403, code="permission_denied")


@pytest.mark.parametrize("fate", ["private", "trashed", "blocked"])
def test_its_author_takes_a_comment_away_wherever_it_is(sign_in, owner, fan, say, track, at, fate, comments_count):
    comment, kept = say(fan), say(owner)
    if fate == "private":
        update_track(track=track, changes={"visibility": "private"}, at=at)
    elif fate == "trashed":
        trash_track(track=track, at=at)
    else:
        block_user(blocker=owner, blocked=fan, at=at)
    mine = sign_in(fan)
    assert mine.delete(f"/api/v1/comments/{comment.pk}/").status_code == 204
    assert comments_count() == 1
    for pk in (comment.pk, kept.pk):
        mine.problem(mine.delete(f"/api/v1/comments/{pk}/"), status=404, code="not_found")
    answer = mine.post(f"/api/v1/comments/{comment.pk}/restore/")
    mine.problem(answer, status=409, code="comment_place_closed")
