"""The page of a playlist, and where a person's page leads to it."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services as accounts
from accounts.authentication import ACCESS_COOKIE
from accounts.services.sessions import Device, open_session
from config.tests.markup import Markup
from playlists import services
from playlists.tests.conftest import make_playlist, track_of

__all__ = ["make_playlist", "track_of"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def browser():
    """Pages as somebody sees them who is signed in."""

    def client(person) -> Client:
        page = Client()
        pair = open_session(user=person, device=Device(user_agent="pytest", address="127.0.0.1"), at=timezone.now())
        page.cookies[ACCESS_COOKIE] = pair.access
        return page

    return client


@pytest.fixture
def playlist(owner, track_of, make_playlist):
    tracks = [track_of(owner, title=title) for title in ("Tide", "Ebb")]
    hidden = track_of(owner, title="Undertow", visibility="private")
    return make_playlist(owner, *tracks, hidden, title="Small hours", type="album", description="Some words")


def test_a_page_shows_the_tracks_in_their_order(playlist, owner, browser):
    body = Client().get("/owner/sets/small-hours/").content.decode()
    assert body.index("Tide") < body.index("Ebb")
    assert "Undertow" not in body
    assert "2 tracks" in body
    assert "Album" in body
    assert "3 tracks" in browser(owner).get("/owner/sets/small-hours/").content.decode()


def test_cards_carry_nothing_where_nothing_opens_them(playlist, owner):
    page = Markup(Client().get("/owner/sets/small-hours/"))
    assert page.values("data-keys") == []
    addresses = [f"/owner/{permalink}/" for permalink in playlist.items.values_list("track__permalink", flat=True)]
    assert page.values("data-page") == addresses[:2]


def test_a_link_opens_a_private_one_and_goes_on_to_its_tracks(playlist, owner, at):
    services.update_playlist(playlist=playlist, changes={"visibility": "private"}, by=owner, at=at)
    token = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    page = Client().get(f"/owner/sets/small-hours/?secret_token={token}")
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "no-referrer"
    body = page.content.decode()
    assert f'data-keys="?secret_token={token}"' in body
    assert body.count(f"?secret_token={token}") == 4  # to the private track: cover, title, twice the bar
    assert Client().get("/owner/sets/small-hours/").status_code == 404


def test_who_may_edit_it_reads_the_link_and_nobody_else(playlist, owner, browser, at):
    token = services.make_secret_token(playlist=playlist, by=owner, at=at).secret_token
    assert token in browser(owner).get("/owner/sets/small-hours/").content.decode()
    assert token not in Client().get("/owner/sets/small-hours/").content.decode()


def test_a_page_is_found_under_the_name_before(playlist, owner, at):
    accounts.change_username(user=owner, username="painter", at=at)
    answer = Client().get("/owner/sets/small-hours/")
    assert (answer.status_code, answer["Location"]) == (301, "/painter/sets/small-hours/")


def test_a_persons_page_leads_to_their_playlists(playlist, owner, browser, make_playlist):
    make_playlist(owner, title="Draft", visibility="private")
    seen = Client().get("/owner/").content.decode()
    assert "/owner/sets/small-hours/" in seen
    assert "Draft" not in seen
    assert "Draft" in browser(owner).get("/owner/").content.decode()


def test_an_empty_one_says_so(owner, make_playlist):
    make_playlist(owner, title="Nothing yet")
    assert "nothing in it to hear" in Client().get("/owner/sets/nothing-yet/").content.decode()
