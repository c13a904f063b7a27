"""Likes, reposts and posts on pages: who sees which buttons, and that words come out as words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.authentication import ACCESS_COOKIE
from accounts.models import User
from accounts.services.sessions import Device, open_session
from config.lib.viewer import Viewer
from config.tests.markup import Markup, assert_tame
from engagement import services
from engagement.posts.services import publish_post
from playlists.services import create_playlist, update_playlist
from playlists.services import make_secret_token as make_playlist_token
from tracks.services import make_secret_token, update_track

pytestmark = pytest.mark.django_db

PAYLOAD = """<img src=x onerror=alert(1)>"'><script>alert(2)</script>{{ 7|add:7 }}"""


@pytest.fixture
def browser():
    """A browser in which somebody, or nobody, is signed in."""

    def client(user: User | None = None) -> Client:
        page = Client()
        if user:
            device = Device(user_agent="pytest", address="127.0.0.1")
            page.cookies[ACCESS_COOKIE] = open_session(user=user, device=device, at=timezone.now()).access
        return page

    return client


@pytest.fixture
def track(owner, make_track):
    return make_track(owner, title="Tide")


def switches(response) -> dict[str, str]:
    """The address of each switch, and whether it is on."""
    assert_tame(response)
    buttons = [attributes for tag, attributes in Markup(response).tags if "data-switch" in attributes]
    return {button["data-switch"]: button["aria-pressed"] for button in buttons}


def test_a_track_page_says_what_the_visitor_has_done_and_sends_strangers_to_sign_in(owner, stranger, track, browser):
    path, api = f"/owner/{track.permalink}/", f"/api/v1/tracks/{track.pk}"
    services.like(kind=services.TRACK_LIKES, viewer=Viewer(user=stranger), thing_id=track.pk, at=timezone.now())
    assert switches(browser(stranger).get(path)) == {f"{api}/like/": "true", f"{api}/repost/": "false"}
    assert switches(browser(owner).get(path)) == {f"{api}/like/": "false", f"{api}/repost/": "false"}
    response = browser().get(path)
    assert switches(response) == {}
    assert f"/login/?next=%2Fowner%2F{track.permalink}%2F" in Markup(response).values("href")


def test_a_private_track_is_liked_with_its_token_and_not_reposted(owner, stranger, track, browser):
    update_track(track=track, changes={"visibility": "private"}, at=timezone.now())
    token = make_secret_token(track=track, at=timezone.now()).secret_token
    [path] = switches(browser(stranger).get(f"/owner/{track.permalink}/?secret_token={token}"))
    assert path == f"/api/v1/tracks/{track.pk}/like/?secret_token={token}"


def test_the_form_is_for_who_owns_the_page_and_hostile_words_are_words(owner, stranger, track, browser):
    post = publish_post(author=owner, body=PAYLOAD, track_id=track.pk, at=timezone.now())
    services.like(kind=services.POST_LIKES, viewer=Viewer(user=stranger), thing_id=post.pk, at=timezone.now())
    for viewer, has_form, is_on in ((owner, True, "false"), (stranger, False, "true")):
        response = browser(viewer).get("/owner/")
        assert switches(response) == {f"/api/v1/posts/{post.pk}/like/": is_on}
        markup = Markup(response)
        assert PAYLOAD in "".join(markup.text)
        assert bool(markup.values("data-post-form")) is bool(markup.values("data-delete-post"))
        assert ("data-post-form" in response.content.decode()) is has_form
    assert switches(browser().get("/owner/")) == {}


def test_a_profile_costs_the_same_queries_for_one_post_and_for_three(owner, stranger, browser):
    page, spent = browser(stranger), []
    page.get("/owner/")
    for number in range(3):
        publish_post(author=owner, body=f"Number {number}.", at=timezone.now())
        with CaptureQueriesContext(connection) as context:
            assert len(switches(page.get("/owner/"))) == number + 1
        spent.append(len(context))
    assert spent == [spent[0]] * 3


@pytest.fixture
def playlist(owner):
    return create_playlist(owner=owner, details={"title": "Evening"}, at=timezone.now())


def test_a_playlist_page_has_the_same_switches(owner, stranger, playlist, browser):
    path, api = "/owner/sets/evening/", f"/api/v1/playlists/{playlist.pk}"
    services.like(kind=services.PLAYLIST_LIKES, viewer=Viewer(user=stranger), thing_id=playlist.pk, at=timezone.now())
    assert switches(browser(stranger).get(path)) == {f"{api}/like/": "true", f"{api}/repost/": "false"}
    words = Markup(browser(stranger).get(path)).values("aria-label")
    assert {"Unlike this playlist", "Repost this playlist"} <= set(words)
    response = browser().get(path)
    assert switches(response) == {}
    assert "/login/?next=%2Fowner%2Fsets%2Fevening%2F" in Markup(response).values("href")
    update_playlist(playlist=playlist, changes={"visibility": "private"}, by=owner, at=timezone.now())
    token = make_playlist_token(playlist=playlist, by=owner, at=timezone.now()).secret_token
    [opened] = switches(browser(stranger).get(f"{path}?secret_token={token}"))
    assert opened == f"{api}/like/?secret_token={token}"


def test_a_post_leads_to_its_playlist(owner, playlist, browser):
    publish_post(author=owner, body="Listen.", playlist_id=playlist.pk, at=timezone.now())
    leads = Markup(browser().get("/owner/")).values("href")
    assert leads.count("/owner/sets/evening/") == 3  # from the post, and from the list's card twice
