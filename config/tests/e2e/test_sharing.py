"""What is private handed out by a link, in Chromium: made, opened once with its password, heard, and taken back."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.tests.e2e.visitors import wait_until_past
from playlists.services import create_playlist

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def path(owner, ready_track) -> str:
    """A track that nobody finds. Read before the browser runs: see conftest."""
    track = ready_track(owner, title="Swell", visibility="private")
    return f"/{track.owner.username}/{track.permalink}/"


def test_a_link_is_made_opened_heard_and_taken_back(path, visit):
    page = visit.signed_in("owner")
    page.goto(path)
    page.get_by_label("For whom").fill("Ida <b>")
    page.get_by_label("How often it opens").fill("1")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Make a link").click()
    row = page.get_by_role("listitem").filter(has_text="Ida <b>")
    expect(row).to_contain_text("opened 0 of 1 times")
    link = row.locator("output").inner_text()
    there = link[link.index("/s/") :]

    visitor = visit.page()
    visitor.goto(there)
    visitor.get_by_label("Password of the link").fill("guess")
    visitor.get_by_role("button", name="Listen").click()
    expect(visitor.get_by_role("alert")).to_contain_text("not the password")
    visitor.get_by_label("Password of the link").fill("open sesame")
    visitor.get_by_role("button", name="Listen").click()
    expect(visitor.get_by_role("heading", name="Swell")).to_be_visible()
    expect(visitor.locator("[data-listeners]")).to_contain_text("You are here alone.")
    visitor.goto(there)
    expect(visitor.get_by_role("heading", name="Swell")).to_be_visible()

    late = visit.page()
    late.goto(there)
    expect(late.get_by_role("heading")).to_contain_text("as often as it may be")

    page.reload()
    row = page.get_by_role("listitem").filter(has_text="Ida <b>")
    expect(row).to_contain_text("opened 1 of 1 times")
    row.get_by_role("button", name="Delete the link Ida <b>").click()
    expect(row).to_have_count(0)
    expect(visitor.locator("[data-listeners]")).to_contain_text("not open to you any more")
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Swell")).to_have_count(0)


@pytest.fixture
def playlist_path(owner, ready_track) -> str:
    """A playlist that nobody finds, with a track that nobody finds."""
    track = ready_track(owner, title="Swell", visibility="private")
    details = {"title": "Evening", "visibility": "private"}
    made = create_playlist(owner=owner, details=details, track_ids=[track.pk], at=timezone.now())
    return f"/{owner.username}/sets/{made.permalink}/"


def test_a_link_to_a_playlist_is_made_and_what_is_in_it_heard(playlist_path, visit):
    page = visit.signed_in("owner")
    page.goto(playlist_path)
    page.get_by_label("For whom").fill("Ida")
    page.get_by_role("button", name="Make a link").click()
    row = page.get_by_role("listitem").filter(has_text="Ida")
    expect(row).to_contain_text("opened 0 times")
    link = row.locator("output").inner_text()

    visitor = visit.page()
    visitor.goto(link[link.index("/s/") :])
    visitor.get_by_role("button", name="Listen").click()
    expect(visitor.get_by_role("heading", name="Evening")).to_be_visible()
    with visitor.expect_response(lambda answer: answer.url.partition("?")[0].endswith("/plays/")) as told:
        visitor.get_by_role("button", name="Play Swell").click()
        wait_until_past(visitor, 0.3)
    assert told.value.status == 201
    row.get_by_role("button", name="Delete the link Ida").click()
    expect(row).to_have_count(0)
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Evening")).to_have_count(0)
