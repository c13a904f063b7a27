"""Liking, reposting and posting in Chromium, signed in by cookie."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def path(owner, ready_track, make_user) -> str:
    """A track that everybody finds, and somebody who comes by. Read before the browser runs: see conftest."""
    make_user("fan")
    track = ready_track(owner, title="Swell")
    return f"/{track.owner.username}/{track.permalink}/"


def test_a_listener_likes_and_reposts_and_finds_it_so_on_coming_back(path, visit):
    page = visit.signed_in("fan")
    page.goto(path)
    page.get_by_role("button", name="Like this track").click()
    page.get_by_role("button", name="Repost this track").click()
    liked = page.get_by_role("button", name="Unlike this track")
    expect(liked).to_have_text("1")
    expect(liked).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-switch][aria-busy=true]")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Unlike this track")).to_have_text("1")
    page.get_by_role("button", name="Take the repost back").click()
    expect(page.locator("[data-switch][aria-busy=true]")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Repost this track")).to_have_text("0")


def test_a_stranger_is_sent_to_sign_in_and_comes_back(path, visit):
    page = visit.page()
    page.goto(path)
    page.get_by_role("link", name="Like this track").click()
    page.get_by_label("Username or e-mail").fill("fan")
    page.get_by_label("Password").fill("a quiet place to listen")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Like this track")).to_be_enabled()


def test_somebody_posts_is_told_why_not_and_throws_it_away(path, visit):
    page = visit.signed_in("owner")
    page.goto("/owner/")
    page.get_by_label("Say something").fill("Out <b>now</b>.")
    page.get_by_label("With a track").select_option(label="Swell")
    page.get_by_role("button", name="Post", exact=True).click()
    article = page.get_by_role("article").filter(has_text="Out <b>now</b>.")
    expect(article.get_by_role("link", name="Swell")).to_be_visible()
    article.get_by_role("button", name="Like this post").click()
    expect(article.get_by_role("button", name="Unlike this post")).to_have_text("1")
    page.get_by_label("Say something").fill("OUT <b>now</b>.")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("You wrote the same a moment ago")
    article.get_by_role("button", name="Delete").click()
    expect(article).to_have_count(0)
    page.reload()
    expect(page.get_by_text("No posts yet.")).to_be_visible()
