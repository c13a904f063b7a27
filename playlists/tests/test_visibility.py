"""Who may open a playlist, and what they find in it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.services import suspend_user
from config.lib.testing import Api
from config.lib.viewer import Viewer
from playlists import services
from playlists.models import Playlist
from playlists.tests.conftest import ids, seen_by
from social import services as social
from social.choices import SpaceRole
from social.services import block_user
from tracks.models import Track
from tracks.queries import open_media, streams

pytestmark = pytest.mark.django_db

EVERYBODY = {"owner", "stranger", "anonymous", "wrong token", "right token", "old token"}
# State -> who may open it.
OPEN_TO = {
    "public": EVERYBODY,
    "unlisted": EVERYBODY,
    "private": {"owner"},
    "private with a link": {"owner", "right token"},
    "trashed": set(),
    "blocked": EVERYBODY - {"stranger"},
    "of somebody suspended": set(),
}


@pytest.mark.parametrize("state", OPEN_TO)
def test_a_playlist_opens_to(owner, stranger, make_playlist, at, state):
    visibility = state if state in {"unlisted", "private"} else "private" if "link" in state else "public"
    playlist = make_playlist(owner, visibility=visibility)
    old = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    right = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    if state == "private":
        services.drop_secret_token(playlist=playlist, by=owner, at=at)
    if state == "trashed":
        services.trash_playlist(playlist=playlist, by=owner, at=at)
    if state == "blocked":
        block_user(blocker=owner, blocked=stranger, at=at)
    if state == "of somebody suspended":
        suspend_user(user=owner, reason="spam", at=at)
    nobody = AnonymousUser()
    viewers = {
        "owner": Viewer(user=owner),
        "stranger": Viewer(user=stranger),
        "anonymous": Viewer(user=nobody),
        "wrong token": Viewer.with_token(user=nobody, secret_token="x" * 32),
        "right token": Viewer.with_token(user=nobody, secret_token=right),
        "old token": Viewer.with_token(user=nobody, secret_token=old),
    }
    rows = Playlist.objects
    assert {who for who, viewer in viewers.items() if rows.visible_to(viewer).exists()} == OPEN_TO[state]
    assert rows.listed().exists() is (state in {"public", "blocked"})


def test_everybody_is_shown_what_is_theirs_to_see(owner, stranger, fan, track_of, make_playlist, at):
    """A list shows what lists show, what is one's own, and to who edits it all that they may open."""
    public, unlisted = track_of(owner), track_of(owner, visibility="unlisted")
    private, theirs = track_of(owner, visibility="private"), track_of(stranger)
    playlist = make_playlist(owner, public, unlisted, private, theirs)
    assert seen_by(owner, playlist) == ids([public, unlisted, private, theirs])
    assert seen_by(stranger, playlist) == ids([public, theirs])
    assert seen_by(AnonymousUser(), playlist) == ids([public, theirs])
    block_user(blocker=stranger, blocked=fan, at=at)
    assert seen_by(fan, playlist) == ids([public])


@pytest.fixture
def linked(owner, stranger, track_of, make_playlist, at):
    """A private playlist with a link: what is in it of its owner, of another, and what is not in it."""
    mine, unlisted = track_of(owner, visibility="private"), track_of(owner, visibility="unlisted")
    elsewhere = track_of(owner, visibility="private")
    theirs = track_of(stranger)
    playlist = make_playlist(owner, mine, unlisted, theirs, visibility="private")
    token = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    return playlist, token, mine, unlisted, theirs, elsewhere


def test_a_token_opens_what_is_in_the_playlist_of_its_own_owner(linked, stranger, api, at):
    playlist, token, mine, unlisted, theirs, elsewhere = linked
    assert seen_by(AnonymousUser(), playlist, token=token) == ids([mine, unlisted, theirs])
    Track.objects.filter(pk=theirs.pk).update(visibility="private")
    assert seen_by(AnonymousUser(), playlist, token=token) == ids([mine, unlisted])
    found = {
        track.pk: api.get(f"/api/v1/tracks/{track.pk}/?secret_token={token}").status_code
        for track in (mine, unlisted, theirs, elsewhere)
    }
    assert found == {mine.pk: 200, unlisted.pk: 200, theirs.pk: 404, elsewhere.pk: 404}
    assert api.get(f"/api/v1/tracks/{mine.pk}/").status_code == 404
    body = api.get(f"/api/v1/playlists/{playlist.pk}/?secret_token={token}").json()
    assert (body["tracks_count"], body["duration_ms"]) == (2, 120_000)


@pytest.mark.parametrize("end", ["rotated", "dropped", "taken out", "trashed", "suspended", "blocked"])
def test_what_ends_a_token_ends_it_for_the_tracks_too(linked, owner, stranger, at, end):
    playlist, token, mine, *_ = linked
    viewer = Viewer.with_token(user=stranger, secret_token=token)
    opened = Track.objects.visible_to(viewer).filter(pk=mine.pk)
    assert opened.exists()
    if end == "rotated":
        services.make_secret_token(playlist=playlist, by=owner, at=at)
    if end == "dropped":
        services.drop_secret_token(playlist=playlist, by=owner, at=at)
    if end == "taken out":
        services.remove_track(playlist=playlist, track_id=mine.pk, by=owner, at=at)
    if end == "trashed":
        services.trash_playlist(playlist=playlist, by=owner, at=at)
    if end == "suspended":
        suspend_user(user=owner, reason="spam", at=at)
    if end == "blocked":
        block_user(blocker=owner, blocked=stranger, at=at)
    assert not opened.exists()


def test_a_persons_playlist_does_not_open_what_is_in_a_space(owner, track_of, make_playlist, at):
    space = social.create_space(owner=owner, name="Small hours", at=at)
    shared = track_of(owner, visibility="private", space=space)
    own = make_playlist(owner, shared, visibility="private")
    of_space = make_playlist(owner, shared, visibility="private", space_id=space.pk)
    tokens = [services.make_secret_token(playlist=p, by=owner, at=at).secret_token for p in (own, of_space)]
    viewers = [Viewer.with_token(user=AnonymousUser(), secret_token=token) for token in tokens]
    assert [Track.objects.visible_to(viewer).exists() for viewer in viewers] == [False, True]


def test_a_stream_that_a_playlists_token_opened_ends_with_it(owner, make_track, make_playlist, settings, tmp_path, at):
    settings.MEDIA_ROOT = tmp_path / "media"
    track = make_track(owner, visibility="private")
    playlist = make_playlist(owner, track, visibility="private")
    token = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    viewer = Viewer.with_token(user=AnonymousUser(), secret_token=token)
    url = streams(track=Track.objects.visible_to(viewer).get(), viewer=viewer, at=timezone.now())["mp3_url"]
    capability = url.split("/media/")[1].split("/")[0]
    assert open_media(capability=capability, name="mp3.mp3", at=timezone.now())
    services.drop_secret_token(playlist=playlist, by=owner, at=at)
    assert open_media(capability=capability, name="mp3.mp3", at=timezone.now()) is None


@pytest.mark.parametrize(
    ("role", "sees", "edits"), [("viewer", True, False), ("editor", True, True), (None, False, False)]
)
def test_in_a_space_roles_decide(owner, stranger, make_playlist, at, sign_in, role, sees, edits):
    space = social.create_space(owner=owner, name="Small hours", at=at)
    if role:
        asked = social.invite_person(space=space, by=owner, person=stranger, role=SpaceRole(role), at=at)
        social.accept_invitation(word=str(asked.pk), user=stranger, at=at)
    playlist = make_playlist(owner, visibility="private", space_id=space.pk)
    api = sign_in(stranger)
    assert (api.get(f"/api/v1/playlists/{playlist.pk}/").status_code == 200) is sees
    assert (api.patch(f"/api/v1/playlists/{playlist.pk}/", {"title": "Ours"}).status_code == 200) is edits
    assert (api.get(f"/api/v1/spaces/{space.pk}/playlists/").status_code == 200) is sees
    trashed = Playlist.objects.trashed_by(Viewer(user=stranger))
    services.trash_playlist(playlist=playlist, by=owner, at=at)
    assert trashed.exists() is edits
    assert Api().get(f"/api/v1/playlists/{playlist.pk}/").status_code == 404
