"""Posts: written, changed and thrown away by their author; what keeps them from becoming noise says why."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from config.lib.testing import emitted, race
from engagement.models import Post, PostCounts, PostMention
from engagement.posts import services
from engagement.posts.events import PostEdited, PostPublished, PostTrashed
from engagement.posts.services.brakes import APART, IN, MOST_POSTS
from social.models import Activity
from social.services import block_user
from tracks.models import Track
from tracks.services import update_track

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(owner, at):
    """Lets the owner say something, so many seconds from now."""

    def write(body: str, *, after: float = 0, **details) -> Post:
        return services.publish_post(author=owner, body=body, at=at + timedelta(seconds=after), **details)

    return write


def named_in(post: Post) -> list[str]:
    rows = PostMention.objects.filter(post=post).order_by("pk")
    return list(rows.values_list("person__username", flat=True))


def test_a_post_is_counted_shown_to_followers_and_told(owner, say, track, at):
    with emitted() as events:
        post = say("Out now.", track_id=track.pk)
    assert events == [PostPublished(post_id=post.pk, owner_id=owner.pk)]
    assert PostCounts.objects.get(post=post).likes == 0
    [activity] = Activity.objects.filter(actor=owner, kind="post")
    assert (activity.verb, activity.object_id, activity.created_at) == ("publish", post.pk, at)


def test_an_edit_is_told_and_one_that_changes_nothing_is_not(owner, say, track, at):
    post = say("Out now.")
    with emitted() as events:
        post = services.edit_post(post=post, changes={"body": "Out soon.", "track_id": track.pk}, at=at)
        assert services.edit_post(post=post, changes={"body": "Out soon."}, at=at + IN).edited_at == at
        post = services.edit_post(post=post, changes={"track_id": None}, at=at)
    assert events == [PostEdited(post_id=post.pk, owner_id=owner.pk)] * 2
    assert (post.body, post.track, post.edited_at) == ("Out soon.", None, at)


def test_what_is_in_the_trash_is_gone_for_its_author_too(owner, say, at):
    post = say("Out now.")
    with emitted() as events:
        services.trash_post(post=post, at=at)
    assert events == [PostTrashed(post_id=post.pk, owner_id=owner.pk)]
    for again in (
        partial(services.trash_post, post=post, at=at),
        partial(services.edit_post, post=post, changes={"body": "Back."}, at=at),
    ):
        with pytest.raises(Post.DoesNotExist):
            again()


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
def test_a_post_brings_only_what_everybody_finds(say, track, at, visibility):
    update_track(track=track, changes={"visibility": visibility}, at=at)
    with pytest.raises(Track.DoesNotExist):
        say("Listen.", track_id=track.pk)
    post = say("Words alone.")
    with pytest.raises(Track.DoesNotExist):
        services.edit_post(post=post, changes={"track_id": track.pk}, at=at)


def test_a_post_never_brings_two_things(say, track, playlist):
    post = say("Listen.", playlist_id=playlist.pk)
    with pytest.raises(IntegrityError, match="post_brings_one_thing"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(track=track)


def test_mentions_are_settled_when_they_are_written(owner, fan, stranger, say, at):
    post = say("Thanks @Fan, @stranger! Not fan@stranger, @nobody-at-all, example.org/@fan or @fan@example.org.")
    assert named_in(post) == ["fan", "stranger"]
    post = services.edit_post(post=post, changes={"body": "Thanks @stranger and @owner."}, at=at)
    assert named_in(post) == ["stranger", "owner"]
    assert str(PostMention.objects.get(person=owner)) == f"{owner.pk} in post {post.pk}"


def test_whom_one_cannot_see_one_does_not_mention(owner, fan, say, at):
    block_user(blocker=fan, blocked=owner, at=at)
    assert named_in(say("Hello @fan.")) == []


def test_links_and_mentions_are_few(say, at):
    few = "https://a.example http://b.example www.c.example"
    post = say(few)
    with pytest.raises(services.PostTooManyLinks) as refusal:
        say(f"{few} HTTPS://d.example")
    assert refusal.value.facts == {"most": 3, "found": 4}
    with pytest.raises(services.PostTooManyMentions) as refusal:
        services.edit_post(post=post, changes={"body": " ".join(f"@fan-{n}" for n in range(11))}, at=at)
    assert refusal.value.facts == {"most": 10, "found": 11}


def test_the_same_words_are_taken_again_after_an_hour(say, at):
    first = say("Out  now.")
    other = say("Something else.", after=1)
    with pytest.raises(services.PostRepeated) as refusal:
        say("out NOW.", after=60)
    assert refusal.value.facts == {"retry_after_s": 3541}
    with pytest.raises(services.PostRepeated):
        services.edit_post(post=other, changes={"body": "OUT NOW."}, at=at)
    services.edit_post(post=first, changes={"body": "OUT NOW."}, at=at)
    say("out now.", after=APART.total_seconds())


def test_throwing_away_does_not_make_room_for_the_same(say, at):
    services.trash_post(post=say("Out now."), at=at)
    with pytest.raises(services.PostRepeated):
        say("Out now.", after=1)


def test_who_writes_too_fast_is_told_when_to_go_on(say):
    for number in range(MOST_POSTS):
        say(f"Number {number}.", after=number)
    with pytest.raises(services.PostsTooFast) as refusal:
        say("One more.", after=MOST_POSTS)
    wait = refusal.value.facts["retry_after_s"]
    assert refusal.value.facts == {"most": 10, "minutes": 10, "retry_after_s": 591}
    say("One more.", after=MOST_POSTS + wait)


@pytest.mark.django_db(transaction=True)
def test_at_once_nobody_says_the_same_twice_or_too_much(owner, at, patient_locks):
    same = partial(services.publish_post, author=owner, body="Out now.", at=at)
    answers = race(*[same] * 8)
    assert [type(answer) for answer in answers].count(Post) == 1
    assert Post.objects.count() == 1
    many = [partial(services.publish_post, author=owner, body=f"Number {n}.", at=at) for n in range(16)]
    answers = race(*many)
    assert [type(answer) for answer in answers].count(services.PostsTooFast) == 7
    assert Post.objects.count() == MOST_POSTS


def test_who_is_erased_is_named_no_longer_and_the_other_words_stay(owner, fan, say):
    post = say("Thanks @Fan and @stranger, ask fan@example.org.")
    other = say("Nobody is named here.")
    for _ in ("once", "twice"):
        services.erase_posts(user_id=fan.pk)
        bodies = [Post.objects.get(pk=pk).body for pk in (post.pk, other.pk)]
        assert bodies == ["Thanks @deleted and @stranger, ask fan@example.org.", "Nobody is named here."]
    assert (named_in(post), Post.objects.get(pk=post.pk).edited_at) == ([], None)
