"""Counts count people in good standing, whichever way they came into it."""

import pytest

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted
from engagement import services
from engagement.events import MarksMiscounted
from engagement.posts.services import erase_posts, publish_post
from engagement.tests.conftest import like, likes_of, repost, unlike
from engagement.tests.things import counts, likes_on

pytestmark = pytest.mark.django_db


def test_a_suspended_persons_marks_count_no_longer_and_then_again(fan, stranger, thing, post, at):
    for person in (fan, stranger):
        like(person, thing, at=at)
        like(person, post, at=at)
        repost(person, thing, at=at)
    suspend_user(user=fan, reason="spam", at=at)
    assert services.settle_marks(user_id=fan.pk) == 3
    assert (counts(thing), likes_of(post)) == ((1, 1), 1)
    assert services.settle_marks(user_id=fan.pk) == 0
    lift_suspension(user=fan, at=at)
    assert services.settle_marks(user_id=fan.pk) == 3
    assert (counts(thing), likes_of(post)) == ((2, 2), 2)


def test_what_was_not_counted_is_not_counted_down(fan, thing, at):
    like(fan, thing, at=at)
    suspend_user(user=fan, reason="spam", at=at)
    services.settle_marks(user_id=fan.pk)
    unlike(fan, thing)
    assert (counts(thing), likes_on(thing).count()) == ((0, 0), 0)


def test_a_long_work_is_done_in_parts_of_which_each_announces_the_next(fan, owner, make_thing, at):
    things = [make_thing(owner, title=f"Tide {letter}") for letter in "abc"]
    for thing in things:
        like(fan, thing, at=at)
    suspend_user(user=fan, reason="spam", at=at)
    with emitted() as events:
        assert services.settle_marks(user_id=fan.pk, batch=2) == 2
    assert (events, sorted(counts(thing)[0] for thing in things)) == ([MarksMiscounted(user_id=fan.pk)], [0, 0, 1])
    with emitted() as events:
        assert services.settle_marks(user_id=fan.pk, batch=2) == 1
    assert (events, [counts(thing)[0] for thing in things]) == ([], [0, 0, 0])


def test_erasing_forgets_every_mark_and_word_and_counts_them_no_longer(fan, stranger, thing, post, at):
    for person in (fan, stranger):
        like(person, thing, at=at)
        like(person, post, at=at)
        repost(person, thing, at=at)
    said = publish_post(author=fan, body="I was here, @owner.", at=at)
    like(stranger, said, at=at)
    suspend_user(user=stranger, reason="spam", at=at)
    services.settle_marks(user_id=stranger.pk)
    for _ in ("once", "twice"):
        for person in (fan, stranger):
            services.erase_marks(user_id=person.pk)
            erase_posts(user_id=person.pk)
        assert (counts(thing), likes_of(post)) == ((0, 0), 0)
        assert not any(kind.model.objects.exists() for kind in services.KINDS)
