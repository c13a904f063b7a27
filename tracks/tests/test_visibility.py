"""Who may open a track: one table for the rows, the API, the media gate and the page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import User
from config.lib.testing import Api
from tracks import services
from tracks.capabilities import Capability, seal
from tracks.models import Track
from tracks.tests.conftest import claim, viewer

pytestmark = pytest.mark.django_db

VIEWERS = ("owner", "stranger", "anonymous", "wrong token", "right token", "old token", "suspended owner")
EVERYBODY = {"owner", "stranger", "anonymous", "wrong token", "right token", "old token"}
# State -> who may open it.
OPEN_TO = {
    "queued": {"owner"},
    "failed": {"owner"},
    "public": EVERYBODY,
    "unlisted": EVERYBODY,
    "private": {"owner"},
    "private with a link": {"owner", "right token"},
    "trashed": set(),
}
WITHOUT_SOUND = {"queued", "failed"}


@pytest.fixture
def in_state(owner, upload, make_ready):
    """A track in that state, with its old and its present token."""

    def make(state: str) -> tuple[Track, str, str]:
        visibility = state if state in {"unlisted", "private"} else "private" if "link" in state else "public"
        maker = upload if state in WITHOUT_SOUND else make_ready
        track, at = maker(owner, title="Hidden hour", visibility=visibility), timezone.now()
        old = services.make_secret_token(track=track, at=at).secret_token
        token = services.make_secret_token(track=track, at=at).secret_token
        if state == "private":
            services.drop_secret_token(track=track, at=at)
        if state == "failed":
            services.queue.fail_sound(sound=claim(track), code="not_audio", reason="This is not sound.", at=at)
        if state == "trashed":
            services.trash_track(track=track, at=at)
        return Track.objects.get(pk=track.pk), old, token

    return make


@pytest.fixture
def looks(owner, stranger, sign_in, browser):
    """What each surface answers to a viewer."""

    def look(who: str, *, track: Track, old: str, token: str) -> dict[str, bool]:
        user = {"owner": owner, "suspended owner": owner, "stranger": stranger}.get(who)
        secret = {"right token": token, "old token": old, "wrong token": "x" * 32}.get(who, "")
        api, page = (sign_in(user), browser(user)) if user else (Api(), Api())
        if who == "suspended owner":
            User.objects.filter(pk=owner.pk).update(is_active=False)
            user = User.objects.get(pk=owner.pk)
        query = f"?secret_token={secret}" if secret else ""
        sees = viewer(user or AnonymousUser(), secret)
        held = seal(Capability(track.pk, track.sounds.get().pk, sees.user_id, sees.secret_digest, 2**33))
        path = f"/api/v1/tracks/{track.pk}"
        return {
            "rows": Track.objects.visible_to(sees).filter(pk=track.pk).exists(),
            "detail": api.get(f"{path}/{query}").status_code == 200,
            "streams": api.get(f"{path}/streams/{query}").status_code == 200,
            "page": page.get(f"/owner/{track.permalink}/{query}").status_code == 200,
            "waveform": api.get(f"{path}/waveform/{query}").status_code == 200,
            "media": Api().get(f"/media/{held}/mp3.mp3").status_code == 200,
        }

    return look


@pytest.mark.parametrize("who", VIEWERS)
@pytest.mark.parametrize("state", OPEN_TO)
def test_a_track_opens_to(in_state, looks, state, who):
    track, old, token = in_state(state)
    seen = looks(who, track=track, old=old, token=token)
    opens = who in OPEN_TO[state]
    heard = opens and state not in WITHOUT_SOUND
    assert seen == {
        **dict.fromkeys(("rows", "detail", "streams", "page"), opens),
        **dict.fromkeys(("waveform", "media"), heard),
    }


@pytest.mark.parametrize("state", OPEN_TO)
def test_only_public_tracks_are_listed(api, sign_in, owner, stranger, in_state, state):
    track, _, _ = in_state(state)

    def listed(client, path):
        return [row["id"] for row in client.get(path).json()["results"]] == [track.pk]

    public = state == "public"
    assert Track.objects.listed().filter(pk=track.pk).exists() is public
    for client in (api, sign_in(owner), sign_in(stranger)):
        assert listed(client, "/api/v1/tracks/") is public
        assert listed(client, "/api/v1/users/owner/tracks/") is public
        assert listed(client, f"/api/v1/users/{owner.pk}/tracks/") is public
    assert listed(sign_in(owner), "/api/v1/me/tracks/") is (state != "trashed")
    assert not listed(sign_in(stranger), "/api/v1/me/tracks/")


@pytest.mark.parametrize("standing", [{"is_active": False}, {"verified_at": None}], ids=["suspended", "unverified"])
@pytest.mark.parametrize("state", ["public", "unlisted", "private with a link"])
def test_nobody_opens_what_belongs_to_somebody_in_no_good_standing(
    api, sign_in, owner, stranger, in_state, looks, state, standing
):
    track, old, token = in_state(state)
    User.objects.filter(pk=owner.pk).update(**standing)
    for who in ("stranger", "anonymous", "right token"):
        assert not any(looks(who, track=track, old=old, token=token).values()), who
    assert not Track.objects.listed().exists()
    assert api.get("/api/v1/tracks/").json()["results"] == []
    assert api.get(f"/api/v1/users/{owner.pk}/tracks/").status_code == 404


def test_the_token_of_one_track_opens_no_other(owner, make_ready):
    at = timezone.now()
    shown = services.make_secret_token(track=make_ready(owner, visibility="private"), at=at)
    make_ready(owner, visibility="private")
    assert list(Track.objects.visible_to(viewer(AnonymousUser(), shown.secret_token))) == [shown]


def test_a_viewer_without_a_token_opens_nothing_that_has_none(owner, make_ready):
    make_ready(owner, visibility="private")
    assert not Track.objects.visible_to(viewer(AnonymousUser())).exists()


@pytest.mark.parametrize("state", OPEN_TO)
def test_reach_of_a_row_says_what_the_querysets_say(in_state, state):
    track, _, token = in_state(state)
    by_address = Track.objects.visible_to(viewer(AnonymousUser())).exists()
    by_link = Track.objects.visible_to(viewer(AnonymousUser(), token)).exists()
    assert track.reach == max(3 * Track.objects.listed().exists(), 2 * by_address, 1 * by_link)
