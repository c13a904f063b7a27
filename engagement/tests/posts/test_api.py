"""Posts over HTTP."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import suspend_user
from engagement.models import Post, PostCounts
from engagement.posts.serializers import PostCard
from engagement.posts.services import publish_post
from engagement.tests.conftest import like
from playlists.serializers import PlaylistCard
from playlists.services import purge_playlist, restore_playlist, trash_playlist, update_playlist
from social.services import block_user
from tracks.services import update_track

pytestmark = pytest.mark.django_db

POSTS = "/api/v1/posts/"


def bodies(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [card["body"] for card in answer.json()["results"]]


def test_from_the_first_word_to_the_trash(owner, fan, track, sign_in, api, at):
    client = sign_in(owner)
    answer = client.post(POSTS, {"body": "  Out now.\r\n", "track_id": track.pk})
    assert answer.status_code == 201, answer.json()
    card = answer.json()
    assert set(card) == set(PostCard().fields)
    assert answer["Location"] == f"{POSTS}{card['id']}/"
    assert (card["kind"], card["body"], card["track"]["id"], card["edited_at"]) == ("post", "Out now.", track.pk, None)
    like(fan, Post.objects.get(), at=at)
    answer = client.patch(answer["Location"], {"body": "Out today."})
    assert (answer.json()["body"], answer.json()["likes_count"]) == ("Out today.", 1)
    assert answer.json()["edited_at"] is not None
    found = api.get(f"{POSTS}{card['id']}/")
    assert found.json() == answer.json()
    assert api.get(f"{POSTS}{card['id']}/", headers={"If-None-Match": found["ETag"]}).status_code == 304
    assert client.delete(f"{POSTS}{card['id']}/").status_code == 204
    for method in (client.get, client.delete, api.get):
        api.problem(method(f"{POSTS}{card['id']}/"), status=404, code="not_found")
    assert bodies(client.get(POSTS)) == bodies(client.get("/api/v1/users/owner/posts/")) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": ""},
        {"body": " \u202e\n"},
        {"body": "x" * 501},
        {"body": "a\x00b"},
        {"body": None},
        {"body": "x", "track_id": 0},
        {"body": "x", "track_id": 10**18},
        {"body": "x", "track_id": "nonsense"},
        {"body": "x", "playlist_id": 0},
        {"body": "x", "track_id": 1, "playlist_id": 1},
        {"body": "x", "pinned": True},
    ],
)
def test_what_is_no_post_is_400(owner, sign_in, body):
    client = sign_in(owner)
    client.problem(client.post(POSTS, body), status=400, code="invalid")


def test_brakes_say_why_and_when(owner, sign_in):
    client = sign_in(owner)
    assert client.post(POSTS, {"body": "Out now."}).status_code == 201
    answer = client.post(POSTS, {"body": "OUT now."})
    body = client.problem(answer, status=409, code="post_repeated")
    assert answer["Retry-After"] == str(body["retry_after_s"])
    client.problem(client.post(POSTS, {"body": "http://a " * 4}), status=409, code="post_too_many_links")
    crowd = " ".join(f"@fan-{n}" for n in range(11))
    client.problem(client.post(POSTS, {"body": crowd}), status=409, code="post_too_many_mentions")
    for number in range(9):
        assert client.post(POSTS, {"body": f"Number {number}."}).status_code == 201
    answer = client.post(POSTS, {"body": "One more."})
    assert int(answer["Retry-After"]) > 0
    client.problem(answer, status=429, code="posts_too_fast")


def test_a_post_that_is_sent_again_under_its_key_is_one(owner, sign_in):
    client = sign_in(owner)
    answers = [client.post(POSTS, {"body": "Out now."}, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Post.objects.count() == 1


def test_a_track_that_cannot_be_attached_is_absent(owner, stranger, track, at, sign_in):
    update_track(track=track, changes={"visibility": "private"}, at=at)
    client = sign_in(stranger)
    for track_id in (track.pk, 10**17):
        client.problem(client.post(POSTS, {"body": "Listen.", "track_id": track_id}), status=404, code="not_found")


def test_a_playlist_instead_of_a_track(owner, track, playlist, sign_in, api):
    client = sign_in(owner)
    answer = client.post(POSTS, {"body": "Listen.", "playlist_id": playlist.pk})
    assert answer.status_code == 201, answer.json()
    path, card = answer["Location"], answer.json()
    assert (card["playlist"]["id"], card["track"]) == (playlist.pk, None)
    assert set(card["playlist"]) == set(PlaylistCard().fields)
    assert card["playlist"] == api.get("/api/v1/playlists/").json()["results"][0]
    for change, track_id, playlist_id in (
        ({"track_id": track.pk}, track.pk, None),
        ({"playlist_id": None}, track.pk, None),
        ({"playlist_id": playlist.pk, "track_id": None}, None, playlist.pk),
        ({"body": "Hear this."}, None, playlist.pk),
        ({"playlist_id": None}, None, None),
    ):
        body = client.patch(path, change).json()
        assert [thing and thing["id"] for thing in (body["track"], body["playlist"])] == [track_id, playlist_id]
    both = {"track_id": track.pk, "playlist_id": playlist.pk}
    client.problem(client.patch(path, both), status=400, code="invalid")


def test_a_playlist_that_cannot_be_attached_is_absent(owner, stranger, playlist, at, sign_in):
    update_playlist(playlist=playlist, changes={"visibility": "unlisted"}, by=owner, at=at)
    for client in (sign_in(owner), sign_in(stranger)):
        for playlist_id in (playlist.pk, 10**17):
            answer = client.post(POSTS, {"body": "Listen.", "playlist_id": playlist_id})
            client.problem(answer, status=404, code="not_found")


def test_the_playlist_of_a_post_goes_out_of_sight_with_itself(owner, fan, stranger, playlist, at, sign_in, api):
    publish_post(author=fan, body="Listen.", playlist_id=playlist.pk, at=at)
    block_user(blocker=owner, blocked=stranger, at=at)

    def shown(client) -> list[bool]:
        return [card["playlist"] is not None for card in client.get(POSTS).json()["results"]]

    assert (shown(api), shown(sign_in(fan)), shown(sign_in(stranger))) == ([True], [True], [False])
    trash_playlist(playlist=playlist, by=owner, at=at)
    assert (shown(api), shown(sign_in(owner))) == ([False], [False])
    restore_playlist(playlist=playlist, by=owner)
    assert shown(api) == [True]
    trash_playlist(playlist=playlist, by=owner, at=at)
    purge_playlist(playlist_id=playlist.pk)
    assert (shown(api), Post.objects.get().playlist_id) == ([False], None)


def test_the_track_of_a_post_goes_out_of_sight_with_itself(owner, fan, stranger, track, at, sign_in, api):
    publish_post(author=fan, body="Listen.", track_id=track.pk, at=at)
    block_user(blocker=owner, blocked=stranger, at=at)

    def tracks(client) -> list[bool]:
        return [card["track"] is not None for card in client.get(POSTS).json()["results"]]

    assert (tracks(api), tracks(sign_in(fan)), tracks(sign_in(stranger))) == ([True], [True], [False])
    update_track(track=track, changes={"visibility": "unlisted"}, at=at)
    assert (tracks(api), tracks(sign_in(owner))) == ([False], [False])


def test_lists_show_whom_the_viewer_may_see_and_who_wants_to_be_found(owner, fan, stranger, at, sign_in, api):
    for person in (owner, fan, stranger):
        publish_post(author=person, body=f"I am {person.username}.", at=at)
    everybody = ["I am stranger.", "I am fan.", "I am owner."]
    assert bodies(api.get(POSTS)) == everybody
    assert bodies(api.get(POSTS, {"user": "FAN"})) == ["I am fan."]
    block_user(blocker=owner, blocked=stranger, at=at)
    assert bodies(sign_in(owner).get(POSTS)) == everybody[1:]
    assert bodies(sign_in(stranger).get(POSTS)) == everybody[:2]
    User.objects.get_queryset().filter(pk=fan.pk).update(discoverable=False)
    assert bodies(api.get(POSTS)) == [everybody[0], everybody[2]]
    assert bodies(api.get("/api/v1/users/fan/posts/")) == ["I am fan."]
    suspend_user(user=stranger, reason="spam", at=at)
    assert bodies(api.get(POSTS)) == ["I am owner."]


def test_only_its_author_changes_a_post(owner, fan, post, sign_in):
    client = sign_in(fan)
    for method in (client.patch, client.delete):
        client.problem(method(f"{POSTS}{post.pk}/", {"body": "x"}), status=403, code="permission_denied")


@pytest.mark.parametrize("query", [{"user": ""}, {"nonsense": "1"}, {"ordering": "body"}, {"limit": "101"}])
def test_what_a_list_does_not_understand_is_400(api, query):
    api.problem(api.get(POSTS, query), status=400, code="invalid")


def test_fifty_cost_as_many_queries_as_one(owner, track, at, sign_in):
    client = sign_in(owner)
    client.post(POSTS, {"body": "Listen.", "track_id": track.pk})
    paths = (POSTS, "/api/v1/users/owner/posts/")

    def queries(path: str, *, found: int) -> int:
        with CaptureQueriesContext(connection) as context:
            assert len(client.get(f"{path}?limit=100").json()["results"]) == found
        return len(context)

    few = [queries(path, found=1) for path in paths]
    more = [Post(author=owner, body=f"Number {n}.", track=track, created_at=at) for n in range(49)]
    PostCounts.objects.bulk_create([PostCounts(post=post) for post in Post.objects.bulk_create(more)])
    assert [queries(path, found=50) for path in paths] == few
