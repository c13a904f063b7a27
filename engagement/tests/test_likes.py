"""Liking: once, counted in the same transaction, and undone whatever has become of the thing."""

import pytest
from django.db import transaction

from accounts.services import suspend_user
from config.lib.testing import emitted
from engagement.events import PostLiked, PostUnliked, TrackLiked, TrackUnliked
from engagement.models import Post, PostLike, TrackLike
from engagement.posts.services import trash_post
from engagement.tests.conftest import like_post, like_track, likes_of, unlike_post, unlike_track
from social.services import block_user
from tracks.models import Track
from tracks.services import make_secret_token, trash_track, update_track

pytestmark = pytest.mark.django_db


def test_liking_twice_is_once_and_told_once(owner, fan, track, at, counts):
    with emitted() as events:
        like_track(fan, track, at=at)
        like_track(fan, track, at=at)
    facts = {"user_id": fan.pk, "track_id": track.pk, "owner_id": owner.pk}
    assert events == [TrackLiked(**facts)]
    assert (counts(track), TrackLike.objects.count()) == ((1, 0), 1)
    with emitted() as events:
        unlike_track(fan, track)
        unlike_track(fan, track)
    assert events == [TrackUnliked(**facts)]
    assert (counts(track), TrackLike.objects.count()) == ((0, 0), 0)


def test_a_post_is_liked_by_the_same_rules(owner, fan, post, at):
    with emitted() as events:
        like_post(fan, post, at=at)
        like_post(fan, post, at=at)
        assert likes_of(post) == 1
        unlike_post(fan, post)
        unlike_post(fan, post)
    facts = {"user_id": fan.pk, "post_id": post.pk, "owner_id": owner.pk}
    assert events == [PostLiked(**facts), PostUnliked(**facts)]
    assert (likes_of(post), PostLike.objects.count()) == (0, 0)


def test_what_is_rolled_back_was_never_liked(fan, track, at, counts):
    with emitted() as events, transaction.atomic():
        like_track(fan, track, at=at)
        transaction.set_rollback(True)
    assert (events, counts(track), TrackLike.objects.count()) == ([], (0, 0), 0)


def test_one_may_like_what_is_ones_own_private_or_not(owner, track, at, counts):
    like_track(owner, track, at=at)
    assert counts(track) == (1, 0)
    update_track(track=track, changes={"visibility": "private"}, at=at)
    unlike_track(owner, track)
    like_track(owner, track, at=at)
    assert counts(track) == (1, 0)


def test_what_one_may_not_see_cannot_be_liked(owner, fan, track, post, at, counts):
    block_user(blocker=owner, blocked=fan, at=at)
    with pytest.raises(Track.DoesNotExist):
        like_track(fan, track, at=at)
    with pytest.raises(Post.DoesNotExist):
        like_post(fan, post, at=at)
    with pytest.raises(Track.DoesNotExist):
        unlike_track(fan, track)
    assert counts(track) == (0, 0)


def test_who_has_its_link_may_like_a_private_track(owner, fan, track, at, counts):
    update_track(track=track, changes={"visibility": "private"}, at=at)
    token = make_secret_token(track=track, at=at).secret_token
    with pytest.raises(Track.DoesNotExist):
        like_track(fan, track, at=at)
    like_track(fan, track, at=at, token=token)
    assert counts(track) == (1, 0)


@pytest.mark.parametrize("fate", ["private", "trashed", "blocked"])
def test_a_like_outlives_what_went_out_of_sight_and_can_be_undone(owner, fan, track, at, counts, fate):
    like_track(fan, track, at=at)
    if fate == "private":
        update_track(track=track, changes={"visibility": "private"}, at=at)
    elif fate == "trashed":
        trash_track(track=track, at=at)
    else:
        block_user(blocker=owner, blocked=fan, at=at)
    assert counts(track) == (1, 0)
    unlike_track(fan, track)
    assert counts(track) == (0, 0)
    with pytest.raises(Track.DoesNotExist):
        unlike_track(fan, track)


def test_a_like_of_a_post_in_the_trash_can_be_undone(fan, post, at):
    like_post(fan, post, at=at)
    trash_post(post=post, at=at)
    unlike_post(fan, post)
    assert likes_of(post) == 0
    with pytest.raises(Post.DoesNotExist):
        like_post(fan, post, at=at)


def test_who_was_suspended_since_the_call_was_let_in_is_not_counted(fan, track, at, counts):
    suspend_user(user=fan, reason="spam", at=at)
    like_track(fan, track, at=at)
    assert counts(track) == (0, 0)
    unlike_track(fan, track)
    assert counts(track) == (0, 0)


def test_a_mark_says_whose_it_is_and_on_what(fan, track, at):
    like_track(fan, track, at=at)
    mark = TrackLike.objects.get()
    assert (str(mark), mark.thing) == (f"{fan.pk} on track {track.pk}", track)
