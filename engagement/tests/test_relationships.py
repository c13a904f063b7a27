"""What stands between the caller and many things, in one answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import suspend_user
from engagement.posts.services import publish_post
from engagement.tests.conftest import like, repost
from social.services import block_user, follow_user
from tracks.services import update_track

pytestmark = pytest.mark.django_db

PATH = "/api/v1/me/relationships/"
NOTHING = {"following": False, "followed_by": False, "blocking": False, "muting": False, "muting_reposts": False}


def test_each_kind_is_answered_by_id(owner, fan, stranger, track, playlist, post, at, sign_in):
    like(fan, track, at=at)
    repost(fan, playlist, at=at)
    like(stranger, track, at=at)
    like(fan, post, at=at)
    follow_user(follower=fan, followed=owner, at=at)
    client = sign_in(fan)
    asked = {"tracks": str(track.pk), "users": f"{owner.pk},{stranger.pk}", "posts": str(post.pk)}
    answer = client.get(PATH, {**asked, "playlists": str(playlist.pk)})
    assert answer.json() == {
        "playlists": {str(playlist.pk): {"liked": False, "reposted": True}},
        "tracks": {str(track.pk): {"liked": True, "reposted": False}},
        "users": {str(owner.pk): NOTHING | {"following": True}, str(stranger.pk): NOTHING},
        "posts": {str(post.pk): {"liked": True}},
    }
    repost(stranger, track, at=at)
    answer = sign_in(stranger).get(PATH, {"tracks": f"{track.pk},{track.pk}"})
    assert answer.json() == {"tracks": {str(track.pk): {"liked": True, "reposted": True}}}
    assert client.get(PATH).json() == {}


def test_what_one_may_not_see_is_left_out_like_what_does_not_exist(
    owner, fan, stranger, track, playlist, post, at, sign_in
):
    for person in (fan, stranger):
        like(person, track, at=at)
        like(person, playlist, at=at)
        like(person, post, at=at)
    update_track(track=track, changes={"visibility": "private"}, at=at)
    block_user(blocker=owner, blocked=fan, at=at)
    suspend_user(user=stranger, reason="spam", at=at)
    query = {"tracks": f"{track.pk},{10**17}", "posts": f"{post.pk},{10**17}", "users": f"{owner.pk},{stranger.pk}"}
    query["playlists"] = f"{playlist.pk},{10**17}"
    assert sign_in(fan).get(PATH, query).json() == {"tracks": {}, "posts": {}, "users": {}, "playlists": {}}


def test_whom_one_blocks_one_still_finds_to_unblock(owner, fan, at, sign_in):
    block_user(blocker=owner, blocked=fan, at=at)
    answer = sign_in(owner).get(PATH, {"users": str(fan.pk)})
    assert answer.json() == {"users": {str(fan.pk): NOTHING | {"blocking": True}}}


@pytest.mark.parametrize(
    "query",
    [
        {"songs": "1"},
        {"tracks": ""},
        {"tracks": "1,"},
        {"tracks": "1,a"},
        {"users": "owner"},
        {"posts": "-1"},
        {"posts": "9" * 19},
        {"tracks": ",".join(str(number) for number in range(101))},
        {"tracks": "1\0"},
    ],
)
def test_what_is_not_understood_is_400(fan, sign_in, query):
    client = sign_in(fan)
    client.problem(client.get(PATH, query), status=400, code="invalid")


def test_a_hundred_of_each_kind_cost_as_many_queries_as_one(owner, fan, track, playlist, at, sign_in):
    client = sign_in(fan)
    posts = [publish_post(author=owner, body=f"Number {number}.", at=at) for number in range(3)]

    def queries(many: int) -> int:
        ids = {
            "tracks": [track.pk, *range(10**17, 10**17 + many)],
            "playlists": [playlist.pk, *range(10**17, 10**17 + many)],
            "users": [owner.pk, *range(10**17, 10**17 + many)],
            "posts": [*(post.pk for post in posts[: many + 1]), *range(10**17, 10**17 + many - 2)],
        }
        with CaptureQueriesContext(connection) as context:
            answer = client.get(PATH, {word: ",".join(map(str, found)) for word, found in ids.items()})
        assert answer.status_code == 200, answer.json()
        return len(context)

    assert queries(0) == queries(99)
