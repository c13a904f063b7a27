"""Switches and lists over HTTP: who finds what, in pages of which each is full or the last."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import suspend_user
from engagement.models import TrackLike, TrackRepost
from engagement.serializers import LikedPost, LikedTrack, RepostedTrack
from engagement.tests.conftest import like, repost
from social.services import block_user
from tracks.serializers import TrackCard
from tracks.services import make_secret_token, trash_track, update_track

pytestmark = pytest.mark.django_db

API = "/api/v1/"


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [card["username"] for card in answer.json()["results"]]


def titles(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [entry["track"]["title"] for entry in answer.json()["results"]]


@pytest.mark.parametrize("switch", ["tracks/{track}/like/", "tracks/{track}/repost/", "posts/{post}/like/"])
def test_a_switch_is_on_after_put_and_off_after_delete_however_often(fan, track, post, sign_in, switch):
    path, client = API + switch.format(track=track.pk, post=post.pk), sign_in(fan)
    for method in (client.put, client.put, client.delete, client.delete):
        answer = method(path)
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("switch", ["tracks/{track}/like/", "tracks/{track}/repost/", "posts/{post}/like/"])
@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_one_may_not_see_is_absent(owner, fan, track, post, at, sign_in, switch, method):
    block_user(blocker=owner, blocked=fan, at=at)
    client = sign_in(fan)
    for thing in ({"track": track.pk, "post": post.pk}, {"track": 10**17, "post": 10**17}):
        answer = getattr(client, method)(API + switch.format(**thing))
        client.problem(answer, status=404, code="not_found")


def test_a_caption_comes_with_the_repost_and_is_short(fan, track, sign_in):
    client, path = sign_in(fan), f"{API}tracks/{track.pk}/repost/"
    assert client.put(path, {"caption": "Loud, please."}).status_code == 204
    [entry] = client.get(f"{API}users/fan/reposts/").json()["results"]
    assert (entry["kind"], entry["caption"], entry["track"]["id"]) == ("track", "Loud, please.", track.pk)
    assert set(entry) == set(RepostedTrack().fields)
    for body in ({"caption": "x" * 201}, {"caption": None}, {"caption": "a\nb"}, {"words": "x"}):
        client.problem(client.put(path, body), status=400, code="invalid")


def test_what_is_in_no_list_cannot_be_reposted(owner, track, at, sign_in):
    update_track(track=track, changes={"visibility": "unlisted"}, at=at)
    client = sign_in(owner)
    client.problem(client.put(f"{API}tracks/{track.pk}/repost/"), status=409, code="not_listed")


def test_the_link_of_a_private_track_opens_its_switch_and_its_likers(owner, fan, track, at, sign_in, api):
    update_track(track=track, changes={"visibility": "private"}, at=at)
    token = make_secret_token(track=track, at=at).secret_token
    client, path = sign_in(fan), f"{API}tracks/{track.pk}/"
    client.problem(client.put(f"{path}like/"), status=404, code="not_found")
    assert client.put(f"{path}like/?secret_token={token}").status_code == 204
    assert names(api.get(f"{path}likers/?secret_token={token}")) == ["fan"]
    api.problem(api.get(f"{path}likers/"), status=404, code="not_found")
    assert titles(client.get(f"{API}me/likes/tracks/")) == []
    assert client.delete(f"{path}like/").status_code == 204


@pytest.mark.parametrize("who", ["likers", "reposters"])
def test_those_who_did_it_are_told_the_newest_first_but_for_whom_the_viewer_may_not_see(
    fan, stranger, make_user, track, at, sign_in, api, who
):
    do = like if who == "likers" else repost
    for person in (fan, stranger, make_user("guest")):
        do(person, track, at=at)
    path = f"{API}tracks/{track.pk}/{who}/"
    assert names(api.get(path)) == ["guest", "stranger", "fan"]
    first = api.get(f"{path}?limit=2").json()
    assert names(api.get(first["next"])) == ["fan"]
    block_user(blocker=stranger, blocked=fan, at=at)
    assert names(sign_in(fan).get(path)) == ["guest", "fan"]
    assert names(sign_in(stranger).get(path)) == ["guest", "stranger"]
    suspend_user(user=fan, reason="spam", at=at)
    assert names(api.get(path)) == ["guest", "stranger"]


def test_who_keeps_likes_private_is_counted_and_told_to_themselves_alone(fan, track, post, at, sign_in, api):
    like(fan, track, at=at)
    like(fan, post, at=at)
    User.objects.get_queryset().filter(pk=fan.pk).update(likes_public=False)
    for path in (f"{API}tracks/{track.pk}/likers/", f"{API}posts/{post.pk}/likers/"):
        assert names(api.get(path)) == []
        assert names(sign_in(fan).get(path)) == ["fan"]
    assert api.get(f"{API}tracks/{track.pk}/").json()["likes_count"] == 1
    api.problem(api.get(f"{API}users/fan/likes/"), status=403, code="likes_private")
    assert titles(sign_in(fan).get(f"{API}users/fan/likes/")) == ["Tide"]


def test_ones_likes_are_entries_with_the_very_cards_of_what_is_liked(fan, track, post, at, sign_in):
    like(fan, track, at=at)
    like(fan, post, at=at)
    client = sign_in(fan)
    [entry] = client.get(f"{API}me/likes/tracks/").json()["results"]
    assert set(entry) == set(LikedTrack().fields)
    assert set(entry["track"]) == set(TrackCard().fields)
    assert entry["track"] == client.get(f"{API}tracks/").json()["results"][0]
    [entry] = client.get(f"{API}me/likes/posts/").json()["results"]
    assert set(entry) == set(LikedPost().fields)
    assert entry["post"] == client.get(f"{API}posts/{post.pk}/").json()


@pytest.mark.parametrize("path", ["users/fan/likes/", "users/fan/reposts/"])
def test_what_went_out_of_sight_is_out_of_the_list_and_comes_back(owner, fan, stranger, track, at, sign_in, api, path):
    like(fan, track, at=at)
    repost(fan, track, at=at)
    assert titles(api.get(API + path)) == ["Tide"]
    for visibility in ("private", "unlisted"):
        update_track(track=track, changes={"visibility": visibility}, at=at)
        assert titles(api.get(API + path)) == titles(sign_in(owner).get(API + path)) == []
    update_track(track=track, changes={"visibility": "public"}, at=at)
    block_user(blocker=owner, blocked=stranger, at=at)
    assert titles(api.get(API + path)) == ["Tide"]
    assert titles(sign_in(stranger).get(API + path)) == []
    suspend_user(user=owner, reason="spam", at=at)
    assert titles(api.get(API + path)) == []


def test_the_lists_of_who_is_parted_by_a_block_are_absent(fan, stranger, at, sign_in):
    block_user(blocker=fan, blocked=stranger, at=at)
    for person, other in ((fan, "stranger"), (stranger, "fan")):
        client = sign_in(person)
        for name in ("likes", "reposts", "posts"):
            client.problem(client.get(f"{API}users/{other}/{name}/"), status=404, code="not_found")


def test_a_page_is_full_or_the_last_whatever_lies_between(owner, fan, make_ready, at, sign_in):
    tracks = [make_ready(owner, title=f"Tide {number}") for number in range(7)]
    for track in tracks:
        like(fan, track, at=at)
    for track in tracks[1:6:2]:
        trash_track(track=track, at=at)
    client, seen, address = sign_in(fan), [], f"{API}me/likes/tracks/?limit=3"
    while address:
        answer = client.get(address)
        seen.append(titles(answer))
        address = answer.json()["next"]
    assert seen == [["Tide 6", "Tide 4", "Tide 2"], ["Tide 0"]]


def test_fifty_cost_as_many_queries_as_one(owner, fan, make_user, make_ready, at, sign_in):
    """Rows are copied: what is measured are the lists and not the making of tracks."""
    tracks = [make_ready(owner, title="Tide")]
    people = [make_user("guest")]
    like(fan, tracks[0], at=at)
    like(people[0], tracks[0], at=at)
    repost(fan, tracks[0], at=at)
    paths = [f"tracks/{tracks[0].pk}/likers/", f"tracks/{tracks[0].pk}/reposters/"]
    paths += ["me/likes/tracks/", "users/fan/likes/", "users/fan/reposts/"]
    client = sign_in(owner)

    def queries(path: str) -> tuple[int, int]:
        viewer = sign_in(fan) if path.startswith("me/") else client
        viewer.get(f"{API}rate-limits/")
        with CaptureQueriesContext(connection) as context:
            found = len(viewer.get(f"{API}{path}?limit=100").json()["results"])
        return len(context), found

    few = {path: queries(path)[0] for path in paths}
    tracks += [make_ready(owner, title=f"Tide {number}") for number in range(12)]
    for model in (TrackLike, TrackRepost):
        model.objects.bulk_create([model(person=fan, track=track, created_at=at) for track in tracks[1:]])
        name = model.__name__.lower()
        crowd = [User(username=f"{name}-{n}", created_at=at, verified_at=at) for n in range(50)]
        User.objects.bulk_create(crowd)
        model.objects.bulk_create([model(person=person, track=tracks[0], created_at=at) for person in crowd])
    for path in paths:
        count, found = queries(path)
        assert found > 12
        assert count == few[path], path
