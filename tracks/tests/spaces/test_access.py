"""Who opens, hears, edits and downloads what is in a space: one table for rows, API, media and pages."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services import suspend_user
from config.lib.testing import Api
from social import services as social
from social.choices import SpaceRole
from tracks import queries, services
from tracks.choices import Audience, Copy
from tracks.models import Track
from tracks.policies import can_download_track, can_edit_track, can_hear_track
from tracks.tests.conftest import png, viewer

pytestmark = pytest.mark.django_db

EDITORS = {"owner", "admin", "editor"}
EVERYBODY = ("owner", "admin", "editor", "commenter", "viewer", "stranger", "anonymous")
MEMBERS = set(EVERYBODY[:5])


@pytest.fixture
def hidden(cast, space, make_ready) -> Track:
    """A private track that the editor has brought."""
    return make_ready(cast["editor"], title="Hidden hour", visibility="private", space_id=space.pk)


@pytest.fixture
def person(cast, stranger):
    return {**cast, "stranger": stranger, "anonymous": AnonymousUser()}.get


@pytest.fixture
def client(person, sign_in):
    """The client of whoever it is."""
    return lambda who: Api() if who == "anonymous" else sign_in(person(who))


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_private_track_of_a_space_is_open_to_its_members(hidden, person, client, who, browser, space):
    opens, edits, api = who in MEMBERS, who in EDITORS, client(who)
    path = f"/api/v1/tracks/{hidden.pk}/"
    page = browser(person(who)) if who != "anonymous" else Api()
    seen = Track.objects.visible_to(viewer(person(who))).filter(pk=hidden.pk)
    assert seen.exists() is opens
    assert (api.get(path).status_code == 200) is opens
    assert (api.get(f"{path}streams/").json().get("access") == "playable") is opens
    assert (api.get(f"{path}waveform/").status_code == 200) is opens
    assert (page.get(f"/editor/{hidden.permalink}/").status_code == 200) is opens
    refusal = 401 if who == "anonymous" else 403 if opens else 404
    assert api.patch(path, {"title": "New"}).status_code == (200 if edits else refusal)
    assert api.get(f"{path}processing/").status_code == (200 if edits else refusal)
    assert api.post(f"{path}secret-token/").status_code == (200 if edits else refusal)
    assert api.post(f"{path}downloads/").status_code == (201 if edits else refusal)
    listed = api.get(f"/api/v1/spaces/{space.pk}/tracks/")
    assert listed.status_code == (200 if opens else 401 if who == "anonymous" else 404)
    assert api.delete(path).status_code == (204 if edits else refusal)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_who_edits_reads_what_is_managed_and_the_name_of_the_space(hidden, space, client, who):
    services.update_track(track=hidden, changes={"visibility": "public"}, at=timezone.now())
    body = client(who).get(f"/api/v1/tracks/{hidden.pk}/").json()
    assert body["space"] is None
    assert body["user"]["username"] == "editor"
    told = {"id": space.pk, "kind": "space", "name": "Small hours"}
    assert body.get("manage", {}).get("space") == (told if who in EDITORS else None)


def test_a_space_that_wants_it_lets_everybody_know_its_name(hidden, space, owner, at, client):
    services.update_track(track=hidden, changes={"visibility": "public"}, at=at)
    social.update_space(space=space, by=owner, changes={"name_public": True}, at=at)
    told = {"id": space.pk, "kind": "space", "name": "Small hours"}
    assert client("anonymous").get("/api/v1/tracks/").json()["results"][0]["space"] == told
    assert client("stranger").get(f"/api/v1/spaces/{space.pk}/").status_code == 404


def test_what_is_for_subscribers_is_heard_in_the_space(hidden, person):
    Track.objects.update(audience=Audience.SUBSCRIBERS)
    for who in MEMBERS:
        [seen] = Track.objects.visible_to(viewer(person(who)))
        assert can_hear_track(person(who), seen)
        assert can_edit_track(person(who), seen) is (who in EDITORS)
        assert can_download_track(person(who), seen) is (who in EDITORS)
    assert not can_hear_track(person("stranger"), Track.objects.get())


def test_who_brought_it_edits_it_no_longer_once_they_may_only_look(hidden, cast, space, owner, at, client):
    social.change_role(space=space, by=owner, person=cast["editor"], role=SpaceRole.VIEWER, at=at)
    api = client("editor")
    path = f"/api/v1/tracks/{hidden.pk}/"
    api.problem(api.patch(path, {"title": "Mine"}), status=403, code="permission_denied")
    assert "manage" not in api.get(path).json()


def test_who_is_shown_out_loses_the_sound_at_the_next_request(hidden, cast, space, owner, at):
    for name in ("viewer", "editor"):
        [seen] = Track.objects.visible_to(viewer(cast[name]))
        url = queries.streams(track=seen, viewer=viewer(cast[name]), at=at)["mp3_url"]
        address = url.removeprefix("http://earshot.test")
        assert Api().get(address).status_code == 200
        social.remove_member(space=space, by=owner, person=cast[name], at=at)
        assert Api().get(address).status_code == 404


def test_a_download_ends_with_the_role_that_gave_it(hidden, cast, space, owner, at):
    [seen] = Track.objects.visible_to(viewer(cast["admin"]))
    download = services.take_download(track=seen, viewer=viewer(cast["admin"]), copy=Copy.ORIGINAL, at=at)
    address = download.url.removeprefix("http://earshot.test")
    assert Api().get(address).status_code == 200
    social.change_role(space=space, by=owner, person=cast["admin"], role=SpaceRole.VIEWER, at=at)
    assert Api().get(address).status_code == 404
    assert Track.objects.get().counts.downloads == 0, "who edits it is no listener"


def test_a_block_parts_nobody_in_a_space(hidden, cast, at, client):
    social.block_user(blocker=cast["viewer"], blocked=cast["editor"], at=at)
    assert client("viewer").get(f"/api/v1/tracks/{hidden.pk}/").status_code == 200


def test_what_is_of_somebody_suspended_is_open_to_nobody_meanwhile(hidden, cast, at, client):
    suspend_user(user=cast["editor"], reason="spam", at=at)
    assert client("owner").get(f"/api/v1/tracks/{hidden.pk}/").status_code == 404


def test_what_is_in_the_trash_is_open_to_nobody(hidden, at, client, space):
    services.trash_track(track=hidden, at=at)
    assert client("owner").get(f"/api/v1/tracks/{hidden.pk}/").status_code == 404
    assert client("owner").get(f"/api/v1/spaces/{space.pk}/tracks/").json()["results"] == []


def test_the_list_of_a_space_shows_every_state_and_costs_the_same_for_three(hidden, space, cast, upload, client):
    api = client("viewer")
    path = f"/api/v1/spaces/{space.pk}/tracks/"

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = api.get(path).json()["results"]
        return len(rows), len(queries)

    before = cost()
    upload(cast["owner"], space_id=space.pk)
    upload(cast["editor"], space_id=space.pk)
    assert (before[0], cost()) == (1, (3, before[1]))
    assert {row["state"] for row in api.get(path).json()["results"]} == {"ready", "queued"}


def test_an_editor_replaces_sound_and_cover(hidden, client, tone):
    api = client("admin")
    path = f"/api/v1/tracks/{hidden.pk}/"
    with tone.open("rb") as audio:
        assert api.put(f"{path}audio/", {"audio": audio}, format="multipart").status_code == 202
    image = SimpleUploadedFile("cover.png", png())
    assert api.put(f"{path}artwork/", {"image": image}, format="multipart").json()["artwork"]
    reader = client("commenter")
    reader.problem(reader.delete(f"{path}artwork/"), status=403, code="permission_denied")
    assert api.delete(f"{path}artwork/").status_code == 204
