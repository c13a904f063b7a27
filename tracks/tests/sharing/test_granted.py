"""What a grant opens: what the link leads to, as far as the link says, and as long as its row is there."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from config.lib.grants import Grant, seal_grant
from config.lib.testing import Api
from config.lib.viewer import Viewer
from tracks import policies
from tracks import services as tracks
from tracks.models import Track, TrackShareLink
from tracks.sharing.kinds import opened_by
from tracks.tests.sharing.conftest import again, delete, opened, reads, use

pytestmark = pytest.mark.django_db

PERMISSIONS = ("listen", "comment", "download")


@pytest.fixture
def track(thing) -> Track:
    return thing


@pytest.fixture
def heard(owner, make_ready) -> Track:
    """A private one of which everything is stored."""
    return make_ready(owner, title="Undertow", visibility="private")


@pytest.fixture
def grant_of(make_link):
    """What opening a new link answers."""
    return lambda permission="listen", **wish: use(make_link(permission=permission, **wish)).grant


def asked(client: Api, track: Track, what: str, grant: str):
    return client.get(f"/api/v1/tracks/{track.pk}/{what}", {"grant": grant})


def mp3(client: Api, track: Track, grant: str) -> str:
    """The path of a stream that was opened by a grant."""
    return asked(client, track, "streams/", grant).json()["mp3_url"].removeprefix("http://earshot.test")


@pytest.mark.parametrize("what", ["", "streams/", "waveform/"])
def test_every_read_takes_it_and_needs_it(api, heard, grant_of, what):
    assert asked(api, heard, what, grant_of(to=heard)).status_code == 200
    assert asked(api, heard, what, "").status_code == 404


def test_it_opens_nothing_else(owner, api, make_thing, track, grant_of):
    other = make_thing(owner)
    assert (reads(api, track, grant_of()), reads(api, other, grant_of())) == (200, 404)


def test_of_what_it_names_everything_must_be_the_link_s(api, track, make_link, owner, make_thing):
    link, other = make_link(), make_thing(owner)
    later = timezone.now() + timedelta(hours=1)
    said = {"kind": "track", "link_id": link.pk, "object_id": track.pk, "permission": "listen"}
    assert reads(api, track, seal_grant(Grant(**said), expires_at=later)) == 200
    for wrong in (
        {"permission": "download"},
        {"object_id": other.pk},
        {"link_id": link.pk + 1},
        {"kind": "song"},
    ):
        sealed = seal_grant(Grant(**said | wrong), expires_at=later)
        assert (reads(api, track, sealed), reads(api, other, sealed)) == (404, 404), wrong


@pytest.mark.parametrize("end", ["deleted", "over"])
def test_a_stream_in_progress_ends_with_its_link(api, heard, make_link, end):
    link = make_link(to=heard)
    path = mp3(api, heard, use(link).grant)
    assert api.get(path).status_code == 200
    if end == "deleted":
        delete(link)
    else:
        moment = timezone.now() - timedelta(seconds=1)
        TrackShareLink.objects.filter(pk=link.pk).update(created_at=moment - timedelta(days=1), expires_at=moment)
    assert api.get(path).status_code == 404


def test_a_track_without_sound_is_not_opened_yet(owner, make_thing, api, make_link):
    link = make_link(to=make_thing(owner, has_sound=False))
    assert opened(api, link).status_code == 404
    assert again(link).uses == 0


def test_it_is_in_no_list(api, track, grant_of):
    grant_of()
    assert api.get("/api/v1/tracks/").json()["results"] == []
    assert api.get("/api/v1/users/owner/tracks/").json()["results"] == []


def test_what_is_for_the_owner_alone_stays_so(sign_in, stranger, track, grant_of):
    client, grant = sign_in(stranger), grant_of("download")
    assert "manage" not in asked(client, track, "", grant).json()
    assert client.get(f"/api/v1/tracks/{track.pk}/share-links/").status_code == 404
    assert client.patch(f"/api/v1/tracks/{track.pk}/?grant={grant}", {"title": "Mine"}).status_code == 400


def test_a_kind_that_nobody_knows_opens_nothing(track):
    viewer, grant = Viewer(user=AnonymousUser()), Grant("song", 1, track.pk, "listen")
    assert not Track.objects.filter(opened_by(grant, viewer=viewer)).exists()


# --- as far as the link says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("permission", "status"), [("listen", 403), ("comment", 403), ("download", 201)])
def test_downloads_need_a_link_for_downloading_whatever_the_track_offers(
    sign_in, stranger, heard, grant_of, permission, status
):
    grant = grant_of(permission, to=heard)
    client, path = sign_in(stranger), f"/api/v1/tracks/{heard.pk}/downloads/?grant={grant}"
    for offered in (False, True):
        tracks.update_track(track=heard, changes={"downloadable": offered}, at=timezone.now())
        answer = client.post(path, {"copy": "original"})
        assert answer.status_code == status
    assert Api().post(path, {"copy": "original"}).status_code == 401
    if status == 403:
        client.problem(answer, status=403, code="not_downloadable")


def test_a_download_in_progress_ends_with_its_link(sign_in, stranger, heard, make_link):
    link = make_link(to=heard, permission="download")
    path = f"/api/v1/tracks/{heard.pk}/downloads/?grant={use(link).grant}"
    url = sign_in(stranger).post(path, {"copy": "original"}).json()["url"].removeprefix("http://earshot.test")
    assert Api().get(url).status_code == 200
    delete(link)
    assert Api().get(url).status_code == 404


def test_a_link_gives_and_never_takes_away(sign_in, owner, stranger, make_ready, make_link):
    public = make_ready(owner, title="Swell", downloadable=True)
    grant = use(make_link(to=public)).grant
    path = f"/api/v1/tracks/{public.pk}/downloads/?grant={grant}"
    assert sign_in(stranger).post(path, {"copy": "original"}).status_code == 201
    kept = make_ready(owner, title="Kept")
    grant = use(make_link(to=kept, permission="download")).grant
    path = f"/api/v1/tracks/{kept.pk}/downloads/"
    answers = [sign_in(stranger).post(path + query, {"copy": "original"}) for query in ("", f"?grant={grant}")]
    assert [answer.status_code for answer in answers] == [403, 201]


# (visibility, permission or none) -> what somebody who is signed in may: say something, keep a copy.
RIGHTS = {
    ("public", ""): (True, True),
    ("public", "listen"): (True, True),
    ("private", "listen"): (False, False),
    ("private", "comment"): (True, False),
    ("private", "download"): (True, True),
}


@pytest.mark.parametrize("case", RIGHTS)
def test_rights_are_told_by_the_row(owner, stranger, make_thing, make_link, case):
    visibility, permission = case
    track = make_thing(owner, visibility=visibility)
    link = make_link(to=track, permission=permission or "listen")
    grant = Grant("track", link.pk, track.pk, link.permission) if permission else None
    found = Track.objects.visible_to(Viewer(user=stranger, grant=grant)).get(pk=track.pk)
    told = (policies.can_comment_track(stranger, found), policies.can_keep_track(stranger, found))
    assert told == RIGHTS[case]
    assert not policies.can_comment_track(AnonymousUser(), found)
    assert (found.opens_alone, found.granted) == (visibility == "public", permission or None)
