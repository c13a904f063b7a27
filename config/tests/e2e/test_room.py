"""Two people at one track: what one says at a moment, the other sees at once."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from config.lib.viewer import Viewer
from config.tests.e2e.visitors import wait_until_past
from engagement.comments import services

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PAYLOAD = "<img src=x onerror=alert(1)> & <b>bold</b>"


@pytest.fixture
def track(owner, ready_track):
    return ready_track(owner, title="Swell")


@pytest.fixture
def path(track) -> str:
    """Read before the browser runs: see conftest."""
    return f"/{track.owner.username}/{track.permalink}/"


def comments(page):
    return page.get_by_role("region", name="Comments")


def say(page, words: str) -> None:
    comments(page).get_by_label("Say something").fill(words)
    comments(page).get_by_role("button", name="Comment", exact=True).click()


def test_what_one_says_at_a_moment_the_other_sees_at_once(path, make_user, visit):
    make_user("fan")
    fan, keeper = visit.signed_in("fan"), visit.signed_in("owner")
    for page in (fan, keeper):
        page.goto(path)
    expect(keeper.get_by_text("2 are here now.")).to_be_visible()
    fan.get_by_role("button", name="Play").click()
    wait_until_past(fan, 1)
    fan.get_by_role("button", name="Pause").click()
    say(fan, PAYLOAD)

    for page in (fan, keeper):
        expect(comments(page).get_by_text(PAYLOAD)).to_have_count(1)
        expect(comments(page).get_by_role("button", name="0:01")).to_be_visible()
        expect(page.locator("[data-marker]")).to_have_count(1)
        assert page.locator("img[src=x]").count() == 0

    comments(keeper).get_by_role("button", name="Reply").click()
    say(keeper, "Thank you")
    fan_list = comments(fan)
    expect(fan_list.get_by_text("Thank you")).to_be_visible()
    comments(keeper).get_by_role("button", name="Pin", exact=True).click()
    expect(fan_list.get_by_text("Pinned")).to_be_visible()
    fan_list.get_by_role("button", name="Delete").first.click()
    for page in (fan, keeper):
        expect(comments(page).get_by_text("This comment is gone.")).to_be_visible()
        expect(page.locator("[data-marker]")).to_have_count(0)
    fan.close()
    expect(keeper.get_by_text("You are here alone.")).to_be_visible()


def test_a_rule_that_says_no_is_told_at_the_form(path, visit, owner):
    page = visit.signed_in("owner")
    page.goto(path)
    say(page, "Again")
    expect(comments(page).get_by_text("Again")).to_be_visible()
    expect(comments(page).get_by_label("Say something")).to_have_value("")
    say(page, "again")
    expect(page.get_by_role("alert")).to_contain_text("You have said the same before")


def test_a_stranger_reads_along_and_is_shown_out_when_it_becomes_private(track, path, owner, visit):
    services.add_comment(
        track_id=track.pk,
        viewer=Viewer(user=owner),
        words=services.Words(body="First words", timestamp_ms=30_000),
        at=timezone.now(),
    )
    keeper, stranger = visit.signed_in("owner"), visit.page()
    keeper.goto(path)
    stranger.goto(path)
    expect(comments(stranger).get_by_text("First words")).to_be_visible()
    expect(comments(stranger).get_by_role("link", name="Log in")).to_be_visible()
    say(keeper, "Heard by all")
    expect(comments(stranger).get_by_text("Heard by all")).to_be_visible()
    comments(stranger).get_by_role("button", name="0:30").click()
    expect(stranger.locator("[data-caption]")).to_contain_text("First words")
    [token] = [cookie["value"] for cookie in keeper.context.cookies() if cookie["name"] == "earshot_csrf"]
    changed = {"data": {"visibility": "private"}, "headers": {"X-CSRFToken": token}}
    assert keeper.request.patch(f"/api/v1/tracks/{track.pk}/", **changed).status == 200
    expect(stranger.get_by_text("This track is not open to you any more.")).to_be_visible()


def test_without_scripts_the_comments_are_there(track, path, owner, visit):
    viewer, words = Viewer(user=owner), services.Words(body=PAYLOAD)
    services.add_comment(track_id=track.pk, viewer=viewer, words=words, at=timezone.now())
    page = visit.context(java_script_enabled=False).new_page()
    page.goto(path)
    expect(comments(page).get_by_text(PAYLOAD)).to_be_visible()
