"""What a link to a playlist opens: the playlist, and in it what is of its own owner, as a secret token would."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.services import suspend_user
from config.lib.grants import Grant, seal_grant
from config.lib.testing import Api
from config.lib.viewer import Viewer
from playlists import services
from playlists.models import Playlist, PlaylistShareLink
from playlists.tests.conftest import add_track, ids
from social.services import block_user
from tracks import policies
from tracks.models import Track
from tracks.queries import open_media, streams
from tracks.services import trash_track
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.services import Wish, make_share_link
from tracks.tests.sharing.conftest import delete, found, path_of, reads, use

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


@dataclass
class Shelf:
    """A private playlist, what is in it of its owner and of somebody else, and what its owner has elsewhere."""

    playlist: Playlist
    mine: Track
    unlisted: Track
    theirs: Track
    elsewhere: Track


@pytest.fixture
def shelf(owner, stranger, track_of, make_thing) -> Shelf:
    mine, unlisted = track_of(owner, visibility="private"), track_of(owner, visibility="unlisted")
    theirs, elsewhere = track_of(stranger), track_of(owner, visibility="private")
    return Shelf(make_thing(owner, mine, unlisted, theirs), mine, unlisted, theirs, elsewhere)


@pytest.fixture
def link(shelf, make_link) -> PlaylistShareLink:
    return make_link(to=shelf.playlist)


def shown(client: Api, playlist: Playlist, grant: str) -> list[int]:
    """The ids of what the API shows in it."""
    answer = client.get(f"{path_of(playlist)}tracks/", {"grant": grant})
    return [card["id"] for card in answer.json()["results"]]


def holder(link: PlaylistShareLink, user=NOBODY) -> Viewer:
    return Viewer(user=user, grant=found(link).grant)


@pytest.mark.parametrize("what", ["", "tracks/"])
def test_every_read_takes_it_and_needs_it(api, shelf, link, what):
    path = path_of(shelf.playlist) + what
    assert [api.get(path, words).status_code for words in ({"grant": use(link).grant}, {})] == [200, 404]


def test_it_opens_what_is_in_the_playlist_of_its_own_owner(api, shelf, link):
    grant, their = use(link).grant, shelf.theirs
    assert shown(api, shelf.playlist, grant) == ids([shelf.mine, shelf.unlisted, their])
    body = api.get(path_of(shelf.playlist), {"grant": grant}).json()
    assert (body["tracks_count"], "manage" in body) == (3, False)
    for visibility in ("unlisted", "private"):
        Track.objects.filter(pk=their.pk).update(visibility=visibility)
        assert shown(api, shelf.playlist, grant) == ids([shelf.mine, shelf.unlisted])
    asked = (shelf.mine, shelf.unlisted, their, shelf.elsewhere)
    assert [reads(api, track, grant) for track in asked] == [200, 200, 404, 404]
    assert reads(api, shelf.mine, "") == 404


def test_it_opens_no_other_playlist_and_shows_nothing_in_one(api, owner, shelf, link, make_thing):
    hidden, public = make_thing(owner, shelf.mine), make_thing(owner, shelf.mine, visibility="public")
    grant = use(link).grant
    assert (reads(api, hidden, grant), reads(api, public, grant)) == (404, 200)
    assert shown(api, public, grant) == []
    assert api.get(path_of(public), {"grant": grant}).json()["tracks_count"] == 0


def test_a_link_to_a_public_one_opens_what_is_hidden_in_it(api, owner, shelf, make_thing, make_link):
    public = make_thing(owner, shelf.mine, visibility="public")
    grant = use(make_link(to=public)).grant
    assert (shown(api, public, ""), shown(api, public, grant)) == ([], [shelf.mine.pk])
    assert api.get(path_of(public), {"grant": grant}).json()["tracks_count"] == 1


def test_a_link_to_a_track_opens_no_playlist(api, owner, track_of, make_thing):
    """Neither one that holds it nor one that has its number."""
    track = track_of(owner, visibility="private", pk=7_310_000_000)
    playlists = (make_thing(owner, track), make_thing(owner, pk=track.pk))
    wish = {"wish": Wish(label="For Ida"), "at": timezone.now()}
    grant = use(make_share_link(kind=TRACK, thing=track, by=owner, **wish)).grant
    assert [reads(api, thing, grant) for thing in (track, *playlists)] == [200, 404, 404]


def test_of_what_it_names_everything_must_be_the_link_s(api, owner, shelf, link, make_thing):
    other, later = make_thing(owner, shelf.elsewhere), timezone.now() + timedelta(hours=1)
    said = {"kind": "playlist", "link_id": link.pk, "object_id": shelf.playlist.pk, "permission": "listen"}
    assert reads(api, shelf.mine, seal_grant(Grant(**said), expires_at=later)) == 200
    wrongs = ({"permission": "download"}, {"object_id": other.pk}, {"link_id": link.pk + 1}, {"kind": "track"})
    for wrong in (*wrongs, {"kind": "song"}):
        sealed = seal_grant(Grant(**said | wrong), expires_at=later)
        things = (shelf.playlist, shelf.mine, other, shelf.elsewhere)
        assert {reads(api, thing, sealed) for thing in things} == {404}, wrong


ENDS = ("deleted", "over", "taken out", "playlist trashed", "track trashed", "suspended", "blocked")


def end(what: str, shelf: Shelf, link: PlaylistShareLink, *, visitor) -> None:
    """Let the visitor come to the owner's track no more."""
    playlist, owner, at = shelf.playlist, shelf.playlist.owner, timezone.now()
    if what == "deleted":
        delete(link)
    elif what == "over":
        moment = at - timedelta(seconds=1)
        rows = PlaylistShareLink.objects.filter(pk=link.pk)
        rows.update(created_at=moment - timedelta(days=1), expires_at=moment)
    elif what == "taken out":
        services.remove_track(playlist=playlist, track_id=shelf.mine.pk, by=owner, at=at)
    elif what == "playlist trashed":
        services.trash_playlist(playlist=playlist, by=owner, at=at)
    elif what == "track trashed":
        trash_track(track=shelf.mine, at=at)
    elif what == "suspended":
        suspend_user(user=owner, reason="spam", at=at)
    else:
        block_user(blocker=owner, blocked=visitor, at=at)


@pytest.mark.parametrize("what", ENDS)
def test_what_ends_it_ends_it_for_the_tracks_too(shelf, link, fan, what):
    viewer = holder(link, fan)
    opened = Track.objects.visible_to(viewer).filter(pk=shelf.mine.pk)
    assert opened.exists()
    end(what, shelf, link, visitor=fan)
    assert not opened.exists()
    stays = what in {"taken out", "track trashed"}
    assert Playlist.objects.visible_to(viewer).filter(pk=shelf.playlist.pk).exists() is stays


@pytest.mark.parametrize("what", ["deleted", "over", "taken out", "blocked"])
def test_a_stream_in_progress_ends_with_it(owner, fan, make_track, make_thing, make_link, rooms, what):
    track = make_track(owner, visibility="private")
    playlist = make_thing(owner, track)
    link, at = make_link(to=playlist), timezone.now()
    viewer = holder(link, fan)
    url = streams(track=Track.objects.visible_to(viewer).get(), viewer=viewer, at=at)["mp3_url"]
    capability = url.split("/media/")[1].split("/")[0]
    assert open_media(capability=capability, name="mp3.mp3", at=at)
    end(what, Shelf(playlist, track, track, track, track), link, visitor=fan)
    assert open_media(capability=capability, name="mp3.mp3", at=at) is None


def test_a_persons_playlist_opens_nothing_of_a_space(space, owner, track_of, make_thing, make_link):
    shared = track_of(owner, visibility="private", space=space)
    own, of_space = make_thing(owner, shared), make_thing(owner, shared, space=space)
    viewers = [holder(make_link(to=playlist)) for playlist in (own, of_space)]
    assert [Track.objects.visible_to(viewer).exists() for viewer in viewers] == [False, True]


@pytest.mark.parametrize("blocker", ["owner", "editor"])
def test_in_a_space_a_block_of_either_owner_wins(cast, space, fan, at, make_thing, make_link, blocker):
    """The track is the editor's, the playlist the owner's."""
    shared = add_track(cast["editor"], at=at, visibility="private", space=space)
    link = make_link(to=make_thing(cast["owner"], shared, space=space))
    opened = Track.objects.visible_to(holder(link, fan))
    assert opened.exists()
    block_user(blocker=cast[blocker], blocked=fan, at=at)
    assert not opened.exists()


def test_what_is_for_the_owner_alone_stays_so(sign_in, fan, shelf, make_link):
    grant = use(make_link(to=shelf.playlist, permission="download")).grant
    client, path = sign_in(fan), path_of(shelf.playlist)
    assert client.get(f"{path}share-links/").status_code == 404
    assert client.post(f"{path}share-links/", {"label": "Mine"}).status_code == 404
    assert client.patch(f"{path}?grant={grant}", {"title": "Mine"}).status_code == 400
    assert client.get("/api/v1/playlists/").json()["results"] == []
    assert client.get("/api/v1/users/owner/playlists/").json()["results"] == []


# permission -> what somebody who is signed in may with a private track in it: say something, keep a copy.
RIGHTS = {"listen": (False, False), "comment": (True, False), "download": (True, True)}


@pytest.mark.parametrize("permission", RIGHTS)
def test_it_lets_people_do_with_the_tracks_as_much_as_it_says(shelf, fan, make_link, permission):
    viewer = holder(make_link(to=shelf.playlist, permission=permission), fan)
    rows = Track.objects.visible_to(viewer)
    track, unlisted = rows.get(pk=shelf.mine.pk), rows.get(pk=shelf.unlisted.pk)
    told = (policies.can_comment_track(fan, track), policies.can_keep_track(fan, track))
    assert told == RIGHTS[permission]
    assert (track.opens_alone, track.granted) == (False, permission)
    assert (unlisted.opens_alone, policies.can_comment_track(fan, unlisted)) == (True, True)


def test_the_tracks_take_as_many_queries_for_many_as_for_one(api, owner, track_of, make_thing, make_link):
    counts = []
    for many in (1, 20):
        playlist = make_thing(owner, *[track_of(owner, visibility="private") for _ in range(many)])
        grant = use(make_link(to=playlist)).grant
        with CaptureQueriesContext(connection) as queries:
            assert len(shown(api, playlist, grant)) == many
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_staff_find_no_secret_of_a_link(admin_client, shelf, make_link):
    link = make_link(to=shelf.playlist, password="open sesame")
    model = "admin:playlists_playlistsharelink"
    pages = [
        admin_client.get(reverse(f"{model}_changelist"), {"q": shelf.playlist.title}),
        admin_client.get(reverse(f"{model}_change", args=[link.pk])),
    ]
    for page in pages:
        assert page.status_code == 200
        body = page.content.decode()
        assert not [secret for secret in (link.password, link.sealed_token, link.token_digest) if secret in body]
