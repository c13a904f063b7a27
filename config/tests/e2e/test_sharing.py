"""A private track handed out by a link, in Chromium: made, opened once with its password, heard, and taken back."""

import pytest
from playwright.sync_api import expect

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
