"""The doors: shapes, refusals, and as many queries for fifty as for one."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playlists import services
from playlists.cards import playlist_card, playlist_manage
from playlists.models import Playlist
from playlists.serializers import PlaylistCard, PlaylistManage
from playlists.tests.conftest import assert_counted, ids, order_of, png
from social import services as social

pytestmark = pytest.mark.django_db

API = "/api/v1/playlists/"


@pytest.fixture
def mine(owner, sign_in):
    return sign_in(owner)


def listed(api, path: str, **query) -> list[int]:
    answer = api.get(path, query)
    assert answer.status_code == 200, answer.content
    return [entry["id"] for entry in answer.json()["results"]]


def test_a_card_is_what_the_document_declares(playlist):
    card = playlist_card(Playlist.objects.for_card().get())
    assert set(card) == set(PlaylistCard().fields)
    assert set(playlist_manage(playlist)) == set(PlaylistManage().fields)


def test_a_playlist_is_made(mine, tracks, owner):
    wish = {
        "title": "Small hours",
        "permalink": "small-hours",
        "type": "album",
        "release_date": "2026-11-20",
        "track_ids": ids(tracks),
    }
    answer = mine.post(API, wish)
    body = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"{API}{body['id']}/"
    assert (body["kind"], body["tracks_count"], body["duration_ms"]) == ("playlist", 5, 15_000)
    assert body["permalink_url"].endswith("/owner/sets/small-hours/")
    assert body["manage"] == {"space": None, "secret_token": None, "artwork_chosen": False}
    assert listed(mine, body["tracks_url"].removeprefix("http://earshot.test")) == ids(tracks)


def test_a_request_that_comes_twice_makes_one(mine):
    answers = [mine.post(API, {"title": "Once"}, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Playlist.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "title"),
        ({"title": ""}, "title"),
        ({"title": "x", "type": "mixtape"}, "type"),
        ({"title": "x", "permalink": "No Slug"}, "permalink"),
        ({"title": "x", "owner": 7}, "owner"),
        ({"title": "x", "likes_count": 7}, "likes_count"),
        ({"title": "x", "track_ids": [1, 1]}, "track_ids"),
        ({"title": "x", "track_ids": [0]}, "track_ids"),
        ({"title": "x", "track_ids": list(range(1, 5002))}, "track_ids"),
        ({"title": "x", "release_date": "soon"}, "release_date"),
    ],
)
def test_what_makes_no_sense_is_refused(mine, wish, field):
    body = mine.problem(mine.post(API, wish), status=400, code="invalid")
    assert [error["field"].split(".")[0] for error in body["errors"]] == [field]
    assert not Playlist.objects.exists()


def test_a_change_is_written(mine, playlist):
    body = mine.patch(f"{API}{playlist.pk}/", {"title": "Dawn", "tags": ["Slow"], "visibility": "private"}).json()
    assert (body["title"], body["tags"], body["visibility"]) == ("Dawn", ["slow"], "private")
    mine.problem(mine.patch(f"{API}{playlist.pk}/", {"tracks_count": 3}), status=400, code="invalid")


def test_tracks_come_go_and_move(mine, playlist, tracks, owner, track_of):
    path, new = f"{API}{playlist.pk}/", track_of(owner)
    answer = mine.post(f"{path}tracks/", {"track_id": new.pk, "position": 1})
    assert (answer.status_code, answer.json()["id"]) == (201, new.pk)
    mine.problem(mine.post(f"{path}tracks/", {"track_id": new.pk}), status=409, code="track_in_playlist")
    mine.problem(mine.post(f"{path}tracks/", {"track_id": new.pk + 99}), status=404, code="not_found")
    other = track_of(owner)
    wish = {"track_id": other.pk, "position": 7}
    mine.problem(mine.post(f"{path}tracks/", wish), status=400, code="position_beyond_end")
    body = mine.post(f"{path}move/", {"track_id": new.pk, "before_id": tracks[0].pk}).json()
    assert body["tracks_count"] == 6
    mine.post(f"{path}move/", {"track_id": tracks[0].pk, "after_id": tracks[4].pk})
    assert order_of(playlist) == ids([new, *tracks[1:], tracks[0]])
    assert mine.delete(f"{path}tracks/{new.pk}/").status_code == 204
    mine.problem(mine.delete(f"{path}tracks/{new.pk}/"), status=404, code="not_found")
    assert_counted(playlist)


@pytest.mark.parametrize("wish", [{}, {"before_id": 1, "after_id": 2}, {"before_id": 3}, {"beside_id": 1}])
def test_a_move_names_one_other(mine, playlist, wish):
    mine.problem(mine.post(f"{API}{playlist.pk}/move/", {"track_id": 3, **wish}), status=400, code="invalid")


def test_an_order_is_set_or_refused(mine, playlist, tracks):
    path = f"{API}{playlist.pk}/order/"
    assert mine.put(path, {"track_ids": ids(tracks[::-1])}).status_code == 200
    assert order_of(playlist) == ids(tracks[::-1])
    mine.problem(mine.put(path, {"track_ids": ids(tracks[1:])}), status=409, code="playlist_changed")
    mine.problem(mine.put(path, {"track_ids": [*ids(tracks), tracks[0].pk]}), status=400, code="invalid")


def test_pages_of_tracks_go_on_in_order(mine, api, playlist, tracks):
    first = api.get(f"{API}{playlist.pk}/tracks/?limit=2").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    found = [entry["id"] for page in (first, second, third) for entry in page["results"]]
    assert (found, third["next"]) == (ids(tracks), None)


def test_the_numbers_of_a_detail_are_those_of_who_looks(
    mine, api, owner, stranger, sign_in, track_of, make_playlist, at
):
    playlist = make_playlist(owner, track_of(owner), track_of(owner, visibility="private"), track_of(stranger))
    path = f"{API}{playlist.pk}/"
    assert mine.get(path).json()["tracks_count"] == 3
    assert sign_in(stranger).get(path).json()["duration_ms"] == 120_000
    assert api.get(path).json()["tracks_count"] == 2
    social.block_user(blocker=stranger, blocked=owner, at=at)
    assert mine.get(path).json()["tracks_count"] == 2
    assert listed(mine, f"{path}tracks/") == listed(mine, f"{path}tracks/", limit=2)


def test_what_everybody_reads_is_kept_by_caches(api, mine, playlist):
    answer = api.get(f"{API}{playlist.pk}/")
    assert answer["Cache-Control"] == "public, no-cache"
    assert api.get(f"{API}{playlist.pk}/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert "private" in mine.get(f"{API}{playlist.pk}/")["Cache-Control"]


def test_lists_show_what_is_listed(mine, api, owner, make_playlist):
    album = make_playlist(owner, type="album", tags=["slow"], genre="Drone")
    private = make_playlist(owner, visibility="private")
    unlisted = make_playlist(owner, visibility="unlisted")
    assert listed(api, API) == listed(api, "/api/v1/users/owner/playlists/") == [album.pk]
    assert listed(mine, "/api/v1/me/playlists/") == [unlisted.pk, private.pk, album.pk]
    for query in ({"type": "album"}, {"tag": "Slow"}, {"genre": "drone"}, {"user": "owner"}, {"ids": str(album.pk)}):
        assert listed(api, API, **query) == [album.pk]
    assert listed(api, API, type="ep") == []
    api.problem(api.get(API, {"colour": "red"}), status=400, code="invalid")
    api.problem(api.get("/api/v1/users/nobody-here/playlists/"), status=404, code="not_found")


def test_a_space_lists_what_is_in_it_to_its_members(mine, sign_in, stranger, owner, make_playlist, at):
    space = social.create_space(owner=owner, name="Small hours", at=at)
    playlist = make_playlist(owner, visibility="private", space_id=space.pk)
    path = f"/api/v1/spaces/{space.pk}/playlists/"
    assert listed(mine, path) == [playlist.pk]
    sign_in(stranger).problem(sign_in(stranger).get(path), status=404, code="not_found")


def test_from_the_trash_comes_back_the_same_answer(mine, api, playlist, sign_in, stranger):
    path = f"{API}{playlist.pk}/"
    before, tracks_before = mine.get(path).content, mine.get(f"{path}tracks/").content
    assert mine.delete(path).status_code == 204
    assert {mine.get(path).status_code, mine.get(f"{path}tracks/").status_code, mine.delete(path).status_code} == {404}
    other = sign_in(stranger)
    other.problem(other.post(f"{path}restore/"), status=404, code="not_found")
    assert mine.post(f"{path}restore/").content == before
    assert mine.post(f"{path}restore/").status_code == 200
    assert (mine.get(path).content, mine.get(f"{path}tracks/").content) == (before, tracks_before)


def test_a_link_is_made_and_dropped(mine, api, playlist):
    path = f"{API}{playlist.pk}/"
    mine.patch(path, {"visibility": "private"})
    token = mine.post(f"{path}secret-token/").json()["secret_token"]
    assert mine.get(path).json()["manage"]["secret_token"] == token
    opened = api.get(f"{path}?secret_token={token}").json()
    assert "manage" not in opened
    assert len(listed(api, f"{path}tracks/", secret_token=token)) == 5
    assert mine.delete(f"{path}secret-token/").status_code == 204
    assert api.get(f"{path}?secret_token={token}").status_code == 404


def test_a_picture_is_chosen_and_let_go(mine, api, playlist):
    path = f"{API}{playlist.pk}/artwork/"
    body = mine.put(path, {"image": SimpleUploadedFile("red.png", png())}, format="multipart").json()
    assert body["manage"]["artwork_chosen"]
    picture = body["artwork"]["thumb"].removeprefix("http://earshot.test")
    assert api.get(picture).status_code == 200
    bad = {"image": SimpleUploadedFile("red.png", b"no picture")}
    mine.problem(mine.put(path, bad, format="multipart"), status=400, code="picture_refused")
    assert mine.delete(path).status_code == 204
    assert api.get(picture).status_code == 404


def queries(api, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert api.get(path).status_code == 200
    return len(counted)


def test_many_cost_as_many_queries_as_one(mine, api, owner, track_of, make_playlist, at):
    def paths(playlist):
        return [API, f"{API}{playlist.pk}/", f"{API}{playlist.pk}/tracks/?limit=50", "/api/v1/me/playlists/"]

    one = make_playlist(owner, track_of(owner))
    mine.get(API)
    before = [queries(mine, path) for path in paths(one)]
    many = make_playlist(owner, *[track_of(owner) for _ in range(50)])
    for _ in range(5):
        make_playlist(owner)
    assert [queries(mine, path) for path in paths(many)] == before


def test_who_may_not_edit_is_told_so(sign_in, stranger, playlist, tracks):
    other, path = sign_in(stranger), f"{API}{playlist.pk}/"
    for answer in (
        other.patch(path, {"title": "Mine"}),
        other.post(f"{path}tracks/", {"track_id": tracks[0].pk}),
        other.put(f"{path}order/", {"track_ids": ids(tracks)}),
        other.post(f"{path}secret-token/"),
    ):
        other.problem(answer, status=403, code="permission_denied")


def test_taking_a_playlist_out_of_a_space_is_for_who_brought_it(sign_in, owner, stranger, make_playlist, at):
    space = social.create_space(owner=owner, name="Small hours", at=at)
    asked = social.invite_person(space=space, by=owner, person=stranger, role="editor", at=at)
    social.accept_invitation(word=str(asked.pk), user=stranger, at=at)
    playlist, editor = make_playlist(owner, space_id=space.pk), sign_in(stranger)
    answer = editor.patch(f"{API}{playlist.pk}/", {"space_id": None})
    editor.problem(answer, status=403, code="playlist_not_made_by_you")
    assert editor.patch(f"{API}{playlist.pk}/", {"title": "Ours", "space_id": space.pk}).json()["title"] == "Ours"
    moved = services.move_and_update(playlist=playlist, changes={"space_id": None}, by=owner, at=at)
    assert moved.space_id is None
