"""Liking comments: by the rules of every like, and never the place that a deleted one keeps."""

import pytest

from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted
from config.lib.viewer import Viewer
from engagement import services
from engagement.comments import services as comments
from engagement.events import CommentLiked, CommentUnliked
from engagement.models import Comment, CommentCounts, CommentLike

pytestmark = pytest.mark.django_db

ME = "/api/v1/me/relationships/"


@pytest.fixture
def comment(owner, track, at) -> Comment:
    return say(owner, track, at, "What a bass.")


def say(person, track, at, body: str, *, parent: Comment | None = None) -> Comment:
    words = comments.Words(body=body, parent_id=parent and parent.pk)
    return comments.add_comment(track_id=track.pk, viewer=Viewer(user=person), words=words, at=at).comment


def like(person, comment, at) -> None:
    services.like(kind=services.COMMENT_LIKES, viewer=Viewer(user=person), thing_id=comment.pk, at=at)


def likes_of(comment: Comment) -> tuple[int, int]:
    """The number on its card, and the rows."""
    return CommentCounts.objects.get(pk=comment.pk).likes, CommentLike.objects.filter(comment=comment).count()


def test_a_comment_is_liked_once_and_told_once(owner, fan, comment, at):
    with emitted() as events:
        like(fan, comment, at)
        like(fan, comment, at)
        assert likes_of(comment) == (1, 1)
        for _ in range(2):
            services.unlike(kind=services.COMMENT_LIKES, viewer=Viewer(user=fan), thing_id=comment.pk)
    facts = {"user_id": fan.pk, "comment_id": comment.pk, "owner_id": owner.pk}
    assert events == [CommentLiked(**facts), CommentUnliked(**facts)]
    assert likes_of(comment) == (0, 0)


def test_the_place_that_a_deleted_comment_keeps_is_not_to_be_liked(owner, fan, stranger, track, comment, at):
    say(stranger, track, at, "It is a tuba.", parent=comment)
    comments.delete_comment(comment=comment, by=owner, at=at)
    with pytest.raises(Comment.DoesNotExist):
        like(fan, comment, at)
    assert likes_of(comment) == (0, 0)


def test_likes_count_while_who_likes_is_in_good_standing(stranger, fan, track, comment, at):
    liked = [comment, say(stranger, track, at, "And what a tuba.")]
    for one in liked:
        like(fan, one, at)
    suspend_user(user=fan, reason="spam", at=at)
    services.settle_marks(user_id=fan.pk)
    assert [likes_of(one) for one in liked] == [(0, 1), (0, 1)]
    lift_suspension(user=fan, at=at)
    services.settle_marks(user_id=fan.pk)
    assert [likes_of(one) for one in liked] == [(1, 1), (1, 1)]


def test_the_switch_and_the_batch_say_the_same(fan, stranger, comment, sign_in):
    client = sign_in(fan)
    for _ in range(2):
        assert client.put(f"/api/v1/comments/{comment.pk}/like/").status_code == 204
    asked = {"comments": f"{comment.pk},999999"}
    assert client.get(ME, asked).json() == {"comments": {str(comment.pk): {"liked": True}}}
    assert sign_in(stranger).get(ME, asked).json() == {"comments": {str(comment.pk): {"liked": False}}}
    for _ in range(2):
        assert client.delete(f"/api/v1/comments/{comment.pk}/like/").status_code == 204
    assert likes_of(comment) == (0, 0)
    client.problem(client.put("/api/v1/comments/999999/like/"), status=404, code="not_found")
