"""Switches and lists over HTTP: who finds what, in pages of which each is full or the last."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.services import suspend_user
from engagement.models import PlaylistLike, PlaylistRepost, TrackLike, TrackRepost
from engagement.serializers import LikedPlaylist, LikedPost, LikedTrack, RepostedPlaylist, RepostedTrack
from engagement.tests.conftest import like, repost
from engagement.tests.things import hide, noun_of, token_of, trash
from playlists.models import Playlist, PlaylistCounts
from playlists.serializers import PlaylistCard
from playlists.services import restore_playlist
from social.services import block_user
from tracks.serializers import TrackCard
from tracks.services import trash_track

pytestmark = pytest.mark.django_db

API = "/api/v1/"
SWITCHES = [
    "tracks/{track}/like/",
    "tracks/{track}/repost/",
    "playlists/{playlist}/like/",
    "playlists/{playlist}/repost/",
    "posts/{post}/like/",
]


def names(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [card["username"] for card in answer.json()["results"]]


def titles(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [entry[entry["kind"]]["title"] for entry in answer.json()["results"]]


def path_of(thing) -> str:
    return f"{API}{noun_of(thing).name}s/{thing.pk}/"


def listed(thing, path: str) -> str:
    """The address of a list of things of that noun."""
    return f"{API}{path}?kind={noun_of(thing).name}"


@pytest.fixture
def ids_of_things(track, playlist, post) -> dict[str, int]:
    """Of each noun that can be liked, by its name in addresses."""
    return {"track": track.pk, "playlist": playlist.pk, "post": post.pk}


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_is_on_after_put_and_off_after_delete_however_often(fan, ids_of_things, sign_in, switch):
    path = API + switch.format(**ids_of_things)
    client = sign_in(fan)
    for method in (client.put, client.put, client.delete, client.delete):
        answer = method(path)
        assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_one_may_not_see_is_absent(owner, fan, ids_of_things, at, sign_in, switch, method):
    block_user(blocker=owner, blocked=fan, at=at)
    client = sign_in(fan)
    for ids in (ids_of_things, dict.fromkeys(ids_of_things, 10**17)):
        answer = getattr(client, method)(API + switch.format(**ids))
        client.problem(answer, status=404, code="not_found")


def test_a_caption_comes_with_the_repost_and_is_short(fan, thing, sign_in):
    client, path, name = sign_in(fan), f"{path_of(thing)}repost/", noun_of(thing).name
    assert client.put(path, {"caption": "Loud, please."}).status_code == 204
    [entry] = client.get(listed(thing, "users/fan/reposts/")).json()["results"]
    assert (entry["kind"], entry["caption"], entry[name]["id"]) == (name, "Loud, please.", thing.pk)
    assert set(entry) == set({"track": RepostedTrack, "playlist": RepostedPlaylist}[name]().fields)
    for body in ({"caption": "x" * 201}, {"caption": None}, {"caption": "a\nb"}, {"words": "x"}):
        client.problem(client.put(path, body), status=400, code="invalid")


def test_what_is_in_no_list_cannot_be_reposted(owner, thing, at, sign_in):
    hide(thing, at=at, visibility="unlisted")
    client = sign_in(owner)
    client.problem(client.put(f"{path_of(thing)}repost/"), status=409, code="not_listed")


def test_a_secret_link_opens_the_switch_and_those_who_did_it(fan, stranger, thing, at, sign_in, api):
    repost(stranger, thing, at=at)
    hide(thing, at=at)
    token = token_of(thing, at=at)
    client, path = sign_in(fan), path_of(thing)
    client.problem(client.put(f"{path}like/"), status=404, code="not_found")
    assert client.put(f"{path}like/?secret_token={token}").status_code == 204
    assert names(api.get(f"{path}likers/?secret_token={token}")) == ["fan"]
    assert names(api.get(f"{path}reposters/?secret_token={token}")) == ["stranger"]
    for who in ("likers", "reposters"):
        api.problem(api.get(f"{path}{who}/"), status=404, code="not_found")
        api.problem(api.get(f"{path}{who}/?secret_token={token}x"), status=404, code="not_found")
    assert titles(client.get(f"{API}me/likes/{noun_of(thing).name}s/")) == []
    assert client.delete(f"{path}like/").status_code == 204


@pytest.mark.parametrize("who", ["likers", "reposters"])
def test_those_who_did_it_are_told_the_newest_first_but_for_whom_the_viewer_may_not_see(
    fan, stranger, make_user, thing, at, sign_in, api, who
):
    do = like if who == "likers" else repost
    for person in (fan, stranger, make_user("guest")):
        do(person, thing, at=at)
    path = f"{path_of(thing)}{who}/"
    assert names(api.get(path)) == ["guest", "stranger", "fan"]
    first = api.get(f"{path}?limit=2").json()
    assert names(api.get(first["next"])) == ["fan"]
    block_user(blocker=stranger, blocked=fan, at=at)
    assert names(sign_in(fan).get(path)) == ["guest", "fan"]
    assert names(sign_in(stranger).get(path)) == ["guest", "stranger"]
    suspend_user(user=fan, reason="spam", at=at)
    assert names(api.get(path)) == ["guest", "stranger"]


def test_who_keeps_likes_private_is_counted_and_told_to_themselves_alone(fan, thing, post, at, sign_in, api):
    like(fan, thing, at=at)
    like(fan, post, at=at)
    User.objects.get_queryset().filter(pk=fan.pk).update(likes_public=False)
    for path in (f"{path_of(thing)}likers/", f"{API}posts/{post.pk}/likers/"):
        assert names(api.get(path)) == []
        assert names(sign_in(fan).get(path)) == ["fan"]
    assert api.get(path_of(thing)).json()["likes_count"] == 1
    path = listed(thing, "users/fan/likes/")
    api.problem(api.get(path), status=403, code="likes_private")
    assert titles(sign_in(fan).get(path)) == ["Tide"]


def test_ones_likes_are_entries_with_the_very_cards_of_what_is_liked(fan, track, playlist, post, at, sign_in):
    for thing in (track, playlist, post):
        like(fan, thing, at=at)
    client = sign_in(fan)
    [entry] = client.get(f"{API}me/likes/tracks/").json()["results"]
    assert set(entry) == set(LikedTrack().fields)
    assert set(entry["track"]) == set(TrackCard().fields)
    assert entry["track"] == client.get(f"{API}tracks/").json()["results"][0]
    [entry] = client.get(f"{API}me/likes/playlists/").json()["results"]
    assert set(entry) == set(LikedPlaylist().fields)
    assert set(entry["playlist"]) == set(PlaylistCard().fields)
    assert entry["playlist"] == client.get(f"{API}playlists/").json()["results"][0]
    [entry] = client.get(f"{API}me/likes/posts/").json()["results"]
    assert set(entry) == set(LikedPost().fields)
    assert entry["post"] == client.get(f"{API}posts/{post.pk}/").json()


@pytest.mark.parametrize("path", ["users/fan/likes/", "users/fan/reposts/"])
def test_what_went_out_of_sight_is_out_of_the_list_and_comes_back(owner, fan, stranger, thing, at, sign_in, api, path):
    like(fan, thing, at=at)
    repost(fan, thing, at=at)
    path = listed(thing, path)
    assert titles(api.get(path)) == ["Tide"]
    for visibility in ("private", "unlisted"):
        hide(thing, at=at, visibility=visibility)
        assert titles(api.get(path)) == titles(sign_in(owner).get(path)) == []
    hide(thing, at=at, visibility="public")
    block_user(blocker=owner, blocked=stranger, at=at)
    assert titles(api.get(path)) == ["Tide"]
    assert titles(sign_in(stranger).get(path)) == []
    suspend_user(user=owner, reason="spam", at=at)
    assert titles(api.get(path)) == []


def test_a_playlist_comes_back_from_the_trash_with_its_likes_and_reposts(owner, fan, playlist, at, sign_in, api):
    like(fan, playlist, at=at)
    repost(fan, playlist, at=at)
    client = sign_in(fan)
    lists = [listed(playlist, "users/fan/likes/"), listed(playlist, "users/fan/reposts/"), f"{API}me/likes/playlists/"]
    trash(playlist, at=at)
    assert [titles(client.get(path)) for path in lists] == [[], [], []]
    api.problem(api.get(f"{path_of(playlist)}likers/"), status=404, code="not_found")
    restore_playlist(playlist=playlist, by=owner)
    assert [titles(client.get(path)) for path in lists] == [["Evening"]] * 3
    assert names(api.get(f"{path_of(playlist)}likers/")) == ["fan"]
    card = api.get(path_of(playlist)).json()
    assert (card["likes_count"], card["reposts_count"]) == (1, 1)


@pytest.mark.parametrize("path", ["users/fan/likes/", "users/fan/reposts/"])
def test_a_list_holds_things_of_one_kind_tracks_unless_it_is_asked(fan, track, playlist, at, api, path):
    for thing in (track, playlist):
        like(fan, thing, at=at)
        repost(fan, thing, at=at)
    assert titles(api.get(API + path)) == titles(api.get(f"{API}{path}?kind=track")) == ["Tide"]
    assert titles(api.get(f"{API}{path}?kind=playlist")) == ["Evening"]
    for query in ("kind=post", "kind=", "kind=track&kind=playlist", "kinds=track"):
        api.problem(api.get(f"{API}{path}?{query}"), status=400, code="invalid")


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


def test_fifty_playlists_cost_as_many_queries_as_one(owner, fan, at, api):
    """Rows again."""
    paths = [f"users/fan/{name}/?kind=playlist&limit=100" for name in ("likes", "reposts")]

    def queries(found: int) -> list[int]:
        spent = []
        for path in paths:
            with CaptureQueriesContext(connection) as context:
                assert len(api.get(API + path).json()["results"]) == found
            spent.append(len(context))
        return spent

    def add(numbers: range) -> None:
        said = {"owner": owner, "title": "Evening", "created_at": at, "updated_at": at, "published_at": at}
        made = Playlist.objects.bulk_create([Playlist(permalink=f"evening-{n}", **said) for n in numbers])
        PlaylistCounts.objects.bulk_create([PlaylistCounts(playlist=found) for found in made])
        for model in (PlaylistLike, PlaylistRepost):
            model.objects.bulk_create([model(person=fan, playlist=found, created_at=at) for found in made])

    add(range(1))
    few = queries(1)
    add(range(1, 50))
    assert queries(50) == few


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
