"""Posts in the trash: back as they were, or gone for good."""

from datetime import timedelta
from functools import partial

import pytest

from config.lib.testing import emitted, race
from config.lib.viewer import Viewer
from engagement.models import Post, PostLike, PostMention
from engagement.posts import services
from engagement.posts.events import PostRestored
from engagement.tests.conftest import like, unlike
from social.models import Activity

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def throw(post: Post, at) -> Post:
    services.trash_post(post=post, at=at)
    return Post.objects.get(pk=post.pk)


def test_a_post_is_back_as_it_was(sign_in, owner, fan, track, at):
    post = services.publish_post(author=owner, body="With @fan", track_id=track.pk, at=at)
    like(fan, post, at=at)
    mine, path = sign_in(owner), f"/api/v1/posts/{post.pk}/"
    likers, activity = mine.get(f"{path}likers/").json(), list(Activity.objects.values())
    before = mine.get(path).json()
    assert mine.delete(path).status_code == 204
    with emitted() as events:
        for _ in range(2):
            answer = mine.post(f"{path}restore/")
            assert (answer.status_code, answer.json()) == (200, before)
    assert events == [PostRestored(post_id=post.pk, owner_id=owner.pk)]
    assert (mine.get(f"{path}likers/").json(), list(Activity.objects.values())) == (likers, activity)
    assert PostMention.objects.filter(post=post, person=fan).exists()


def test_it_is_in_its_authors_trash_alone(sign_in, owner, fan, post, at):
    throw(post, at)
    assert list(Post.objects.trash_of(Viewer(user=owner))) == [post]
    assert not Post.objects.trash_of(Viewer(user=fan)).exists()
    other = sign_in(fan)
    other.problem(other.post(f"/api/v1/posts/{post.pk}/restore/"), status=404, code="not_found")


def test_it_goes_with_all_that_hangs_on_it(fan, post, at):
    like(fan, post, at=at)
    throw(post, at)
    services.purge_post(post=post, at=at + HOUR)
    for model in (Post, PostLike, Activity):
        assert not model.objects.exists()
    for service in (partial(services.purge_post, at=at), services.restore_post):
        with pytest.raises(Post.DoesNotExist):
            service(post=post)


def test_what_stands_or_was_just_written_stays(post, at):
    with pytest.raises(Post.DoesNotExist):
        services.purge_post(post=post, at=at + HOUR)
    throw(post, at)
    with pytest.raises(services.PostJustWritten) as told:
        services.purge_post(post=post, at=at + HOUR - timedelta(seconds=2))
    assert told.value.facts == {"retry_after_s": 3}


def test_those_go_that_were_thrown_away_until_then(owner, at):
    old, young, standing = (services.publish_post(author=owner, body=word, at=at) for word in ("a", "b", "c"))
    throw(old, at)
    throw(young, at + timedelta(microseconds=1))
    ids = [post.pk for post in (old, young, standing)]
    assert [services.purge_posts(post_ids=ids, before=at) for _ in range(2)] == [1, 0]
    assert set(Post.objects.all()) == {young, standing}


@pytest.mark.django_db(transaction=True)
def test_of_restoring_and_purging_at_once_one_wins(fan, make_user, post, at, patient_locks):
    crowd = [make_user(f"fan-{n}") for n in range(4)]
    for person in crowd:
        like(person, post, at=at)
    throw(post, at)
    restored, gone, *unliked = race(
        partial(services.restore_post, post=post),
        partial(services.purge_posts, post_ids=[post.pk], before=at),
        *[partial(unlike, person, post) for person in crowd],
    )
    assert (gone == 1) == (not Post.objects.exists())
    assert isinstance(restored, Post.DoesNotExist if gone else Post)
    assert [answer for answer in unliked if not (answer is None or isinstance(answer, Post.DoesNotExist))] == []
