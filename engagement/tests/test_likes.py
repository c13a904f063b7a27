"""Liking: once, counted in the same transaction, and undone whatever has become of the thing."""

import pytest
from django.db import transaction

from accounts.services import suspend_user
from config.lib.testing import emitted
from engagement.events import PostLiked, PostUnliked
from engagement.models import Post, PostLike
from engagement.posts.services import trash_post
from engagement.tests.conftest import like, likes_of, unlike
from engagement.tests.things import counts, facts, hide, likes_on, noun_of, token_of, trash
from social.services import block_user

pytestmark = pytest.mark.django_db


def test_liking_twice_is_once_and_told_once(fan, thing, at):
    with emitted() as events:
        like(fan, thing, at=at)
        like(fan, thing, at=at)
    liked, unliked, *_ = noun_of(thing).told
    assert events == [liked(**facts(thing, fan))]
    assert (counts(thing), likes_on(thing).count()) == ((1, 0), 1)
    with emitted() as events:
        unlike(fan, thing)
        unlike(fan, thing)
    assert events == [unliked(**facts(thing, fan))]
    assert (counts(thing), likes_on(thing).count()) == ((0, 0), 0)


def test_a_post_is_liked_by_the_same_rules(owner, fan, post, at):
    with emitted() as events:
        like(fan, post, at=at)
        like(fan, post, at=at)
        assert likes_of(post) == 1
        unlike(fan, post)
        unlike(fan, post)
    told = {"user_id": fan.pk, "post_id": post.pk, "owner_id": owner.pk}
    assert events == [PostLiked(**told), PostUnliked(**told)]
    assert (likes_of(post), PostLike.objects.count()) == (0, 0)


def test_what_is_rolled_back_was_never_liked(fan, thing, at):
    with emitted() as events, transaction.atomic():
        like(fan, thing, at=at)
        transaction.set_rollback(True)
    assert (events, counts(thing), likes_on(thing).count()) == ([], (0, 0), 0)


def test_one_may_like_what_is_ones_own_private_or_not(owner, thing, at):
    like(owner, thing, at=at)
    assert counts(thing) == (1, 0)
    hide(thing, at=at)
    unlike(owner, thing)
    like(owner, thing, at=at)
    assert counts(thing) == (1, 0)


def test_what_one_may_not_see_cannot_be_liked(owner, fan, thing, post, at):
    block_user(blocker=owner, blocked=fan, at=at)
    with pytest.raises(type(thing).DoesNotExist):
        like(fan, thing, at=at)
    with pytest.raises(Post.DoesNotExist):
        like(fan, post, at=at)
    with pytest.raises(type(thing).DoesNotExist):
        unlike(fan, thing)
    assert counts(thing) == (0, 0)


def test_who_has_its_link_may_like_what_is_private(owner, fan, thing, at):
    hide(thing, at=at)
    token = token_of(thing, at=at)
    with pytest.raises(type(thing).DoesNotExist):
        like(fan, thing, at=at)
    like(fan, thing, at=at, token=token)
    assert counts(thing) == (1, 0)


@pytest.mark.parametrize("fate", ["private", "trashed", "blocked"])
def test_a_like_outlives_what_went_out_of_sight_and_can_be_undone(owner, fan, thing, at, fate):
    like(fan, thing, at=at)
    if fate == "private":
        hide(thing, at=at)
    elif fate == "trashed":
        trash(thing, at=at)
    else:
        block_user(blocker=owner, blocked=fan, at=at)
    assert counts(thing) == (1, 0)
    unlike(fan, thing)
    assert counts(thing) == (0, 0)
    with pytest.raises(type(thing).DoesNotExist):
        unlike(fan, thing)


def test_a_like_of_a_post_in_the_trash_can_be_undone(fan, post, at):
    like(fan, post, at=at)
    trash_post(post=post, at=at)
    unlike(fan, post)
    assert likes_of(post) == 0
    with pytest.raises(Post.DoesNotExist):
        like(fan, post, at=at)


def test_who_was_suspended_since_the_call_was_let_in_is_not_counted(fan, thing, at):
    suspend_user(user=fan, reason="spam", at=at)
    like(fan, thing, at=at)
    assert counts(thing) == (0, 0)
    unlike(fan, thing)
    assert counts(thing) == (0, 0)


def test_a_mark_says_whose_it_is_and_on_what(fan, thing, at):
    like(fan, thing, at=at)
    mark = likes_on(thing).get()
    assert (str(mark), mark.thing) == (f"{fan.pk} on {noun_of(thing).name} {thing.pk}", thing)
