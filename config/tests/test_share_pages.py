"""The page that a shared link leads to: looking uses nothing, the button opens, and nothing is told before."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.models import User
from accounts.services.sessions import Device, open_session
from config.composed.share_pages import PATHS
from config.composed.sharing import KINDS
from config.lib.viewer import Viewer
from config.tests.markup import Markup, assert_tame
from playlists.models import Playlist
from playlists.services import create_playlist, update_playlist
from playlists.sharing import PLAYLIST
from social.services import block_user
from tracks.models import Track, TrackShareLink
from tracks.sharing import services
from tracks.sharing.cards import share_url
from tracks.sharing.of_tracks import TRACK
from tracks.sharing.queries import Found
from tracks.tests.conftest import finish, made, make_ready, rooms, tone

__all__ = ["finish", "made", "make_ready", "rooms", "tone"]

pytestmark = pytest.mark.django_db

TITLE = "Undertow"


@pytest.fixture
def track(owner, make_ready) -> Track:
    return make_ready(owner, title=TITLE, visibility="private")


@pytest.fixture
def link(track):
    """Makes a link to the track; answers it and the path of its page."""

    def make(**wish) -> tuple[TrackShareLink, str]:
        wished = services.Wish(**{"label": "For Ida", **wish})
        made = services.make_share_link(kind=TRACK, thing=track, by=track.owner, wish=wished, at=timezone.now())
        return made, str(share_url(made.sealed_token)).removeprefix("http://earshot.test")

    return make


@pytest.fixture
def browser():
    """A browser that checks forms as a real one's server does, in which somebody may be signed in."""

    def client(user: User | None = None) -> Client:
        page = Client(enforce_csrf_checks=True)
        if user:
            device = Device(user_agent="pytest", address="127.0.0.1")
            page.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
        return page

    return client


def press(client: Client, path: str, **fields: str):
    """Look at the page, and send its form."""
    [token] = [tag["value"] for _, tag in Markup(client.get(path)).tags if tag.get("name") == "csrfmiddlewaretoken"]
    return client.post(path, {"csrfmiddlewaretoken": token, **fields})


def uses(link: TrackShareLink) -> int:
    return TrackShareLink.objects.get(pk=link.pk).uses


def test_looking_uses_nothing_and_tells_nothing(browser, link):
    made, path = link(max_uses=1)
    for answer in (browser().get(path), browser().head(path)):
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "same-origin"
    page = browser().get(path)
    assert_tame(page)
    for word in (TITLE, "For Ida", "owner"):
        assert word not in page.content.decode()
    assert uses(made) == 0


def test_the_button_opens_and_leads_to_the_track_with_what_opens_it(browser, link, track):
    made, path = link()
    visitor = browser()
    answer = press(visitor, path)
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"/owner/{track.permalink}/?grant=")
    assert uses(made) == 1
    page = visitor.get(answer["Location"])
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "no-referrer"
    grant = answer["Location"].partition("grant=")[2]
    markup = Markup(page)
    assert [value for value in markup.values("data-streams-url") if f"grant={grant}" in value]
    assert markup.values("data-keys") == [f"grant={grant}"]
    assert not [address for address in markup.values("href") if grant in address]


def test_a_post_without_the_form_opens_nothing(browser, link):
    made, path = link()
    assert browser().post(path).status_code == 403
    assert uses(made) == 0


def test_who_comes_back_needs_no_other_use(browser, link):
    made, path = link(max_uses=1)
    visitor = browser()
    there = press(visitor, path)["Location"]
    assert visitor.get(path)["Location"] == there
    assert visitor.post(path, {"csrfmiddlewaretoken": visitor.cookies["earshot_csrf"].value})["Location"] == there
    assert browser().get(path).status_code == 410
    cookie = visitor.cookies["earshot_grant"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (path, True, "Lax")
    assert uses(made) == 1


def test_who_comes_back_to_a_deleted_link_finds_nothing(browser, link, track):
    made, path = link()
    visitor = browser()
    there = press(visitor, path)["Location"]
    services.delete_share_link(found=Found(TRACK, made), thing=track, by=track.owner)
    assert (visitor.get(path).status_code, visitor.get(there).status_code) == (404, 404)


def test_a_password_is_asked_for(browser, link):
    made, path = link(password="open sesame")
    visitor = browser()
    for fields, words in (({}, "asks for a password"), ({"password": "guess"}, "not the password")):
        answer = press(visitor, path, **fields)
        assert answer.status_code == 403
        assert words in answer.content.decode()
        assert Markup(answer).values("aria-describedby") == ["refusal"]
    assert uses(made) == 0
    assert press(visitor, path, password="open sesame").status_code == 302


def test_guesses_are_limited(browser, link, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"link_passwords": "2/5 minutes"}
    _, path = link(password="open sesame")
    answers = [press(browser(), path, password="guess") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert answers[2]["Retry-After"]


def test_what_is_over_says_what_to_do(browser, link):
    used, used_path = link(max_uses=1)
    over, over_path = link()
    TrackShareLink.objects.filter(pk=used.pk).update(uses=1)
    now = timezone.now()
    TrackShareLink.objects.filter(pk=over.pk).update(created_at=now - timedelta(days=1), expires_at=now)
    for path in (used_path, over_path):
        page = browser().get(path)
        assert page.status_code == 410
        assert "ask for another one" in page.content.decode()
        assert "form" not in [tag for tag, _ in Markup(page).tags]


def test_what_is_not_there_and_what_is_of_somebody_apart_are_alike(browser, link, owner, stranger):
    _, path = link()
    block_user(blocker=owner, blocked=stranger, at=timezone.now())
    visitor = browser(stranger)
    assert visitor.get(path).status_code == visitor.get("/s/nothing-like-this/").status_code == 404
    assert browser().get(path).status_code == 200


def test_those_who_edit_the_track_find_the_form_on_its_page(browser, owner, stranger, track, link):
    _, path = link(permission="listen")
    there = f"/owner/{track.permalink}/"
    section = f"/api/v1/tracks/{track.pk}/share-links/"
    assert Markup(browser(owner).get(there)).values("data-share-links") == [section]
    visitor = browser(stranger)
    page = visitor.get(press(visitor, path)["Location"])
    assert Markup(page).values("data-share-links") == []
    assert "is for listening" in page.content.decode()
    assert "data-comment-form" not in page.content.decode()


@pytest.mark.parametrize("kind", PATHS)
def test_what_goes_between_opening_and_leading_on_is_not_there(track, playlist, kind):
    with pytest.raises(Http404):
        PATHS[kind]({"track": track, "playlist": playlist}[kind].pk, Viewer(user=AnonymousUser()))


def test_every_kind_leads_somewhere():
    assert set(PATHS) == {kind.name for kind in KINDS}


# --- playlists -------------------------------------------------------------------------------------------------------


@pytest.fixture
def playlist(owner, track) -> Playlist:
    details = {"title": "Evening", "visibility": "private"}
    return create_playlist(owner=owner, details=details, track_ids=[track.pk], at=timezone.now())


@pytest.fixture
def way_in(playlist) -> str:
    """The path of a link to the playlist."""
    wish = services.Wish(label="For Ida")
    made = services.make_share_link(kind=PLAYLIST, thing=playlist, by=playlist.owner, wish=wish, at=timezone.now())
    return str(share_url(made.sealed_token)).removeprefix("http://earshot.test")


def test_a_link_to_a_playlist_leads_to_it_and_on_to_what_is_in_it(browser, playlist, track, way_in):
    visitor = browser()
    there = press(visitor, way_in)["Location"]
    path, _, grant = there.partition("?grant=")
    assert path == f"/owner/sets/{playlist.permalink}/"
    page = visitor.get(there)
    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex")
    markup = Markup(page)
    assert markup.values("data-keys") == [f"?grant={grant}"]
    assert set(markup.values("data-page")) == {f"/owner/{track.permalink}/?grant={grant}"}
    assert visitor.get(markup.values("data-page")[0]).status_code == 200
    assert markup.values("data-share-links") == []
    assert visitor.get(path).status_code == visitor.get(f"/owner/{track.permalink}/").status_code == 404


def test_a_public_playlist_that_was_opened_with_a_key_is_in_no_index(browser, playlist, way_in, owner):
    update_playlist(playlist=playlist, changes={"visibility": "public"}, by=owner, at=timezone.now())
    visitor = browser()
    there = press(visitor, way_in)["Location"]
    page = visitor.get(there)
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert TITLE in page.content.decode()
    plain = visitor.get(there.partition("?")[0])
    assert "X-Robots-Tag" not in plain
    assert TITLE not in plain.content.decode()


def test_those_who_edit_the_playlist_find_the_form_on_its_page(browser, owner, playlist):
    page = Markup(browser(owner).get(f"/owner/sets/{playlist.permalink}/"))
    assert page.values("data-share-links") == [f"/api/v1/playlists/{playlist.pk}/share-links/"]
    assert [src for src in page.values("src") if "share_links" in src]
