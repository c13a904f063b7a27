"""What a newcomer does: join, confirm, log in, upload; and staying signed in."""

import json
import re

import pytest
from playwright.sync_api import expect

from config.lib.testing import write_tone
from config.tests.e2e.visitors import audio_source, log_in, wait_until_past
from conftest import PASSWORD

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RENEW = "() => { window.renewal = import('/static/js/session.js').then(({renew}) => renew(Date.now())); }"
FORGET_SHORT_TOKEN = "localStorage.setItem('earshot.access-ends', '0')"


def wait_for_mail(page) -> None:
    """Reload the mailbox until the worker has written the mail."""
    link = page.get_by_role("link", name=re.compile("verify-email"))
    for _ in range(60):
        if link.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError("no mail has come")


def test_a_newcomer_joins_confirms_logs_in_and_uploads_and_a_stranger_listens(default_plan, visit, minute):
    page = visit.page()
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Join").click()
    page.get_by_label("E-mail").fill("Ada@example.org")
    page.get_by_label("Username").fill("Ada-Sound")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_focused()
    page.get_by_role("link", name="mailbox").click()
    wait_for_mail(page)
    page.get_by_role("link", name=re.compile("verify-email")).click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Welcome, ada-sound.")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Log in").click()
    log_in(page, "ada-sound")
    page.get_by_role("link", name="Upload").click()
    heard = frames_of(page)
    page.set_input_files("#audio", minute)
    expect(page.get_by_text("Minute of Swell.wav")).to_be_visible()
    page.get_by_text("Artist, description, tags, licence").click()
    page.get_by_label("Tags").fill("Slow, piano , slow")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="“Minute of Swell” is ready")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-stage][data-state=done]")).to_have_count(4)
    assert heard[0]["type"] == "hello"
    assert any(frame.get("stage") == "transcode" for frame in heard), "its progress came over the socket"
    page.get_by_role("link", name="Open the track").click()
    expect(page).to_have_url(re.compile("/ada-sound/minute-of-swell/$"))
    expect(page.get_by_text("#slow")).to_have_count(1)

    stranger = visit.page()
    stranger.goto("/")
    stranger.get_by_role("link", name="Minute of Swell").last.click()
    stranger.get_by_role("button", name="Play").click()
    wait_until_past(stranger, 0.5)
    assert audio_source(stranger).endswith("/master.m3u8")


def frames_of(page) -> list[dict]:
    """What comes over the sockets of this page from now on."""
    heard: list[dict] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: heard.append(json.loads(text))))
    return heard


def test_what_is_wrong_is_said_at_its_field(visit):
    page = visit.page()
    page.goto("/join/")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.locator(".field-error")).to_have_count(3)
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_label("Username").fill("9lives")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_label("E-mail")).to_have_accessible_description(re.compile("valid email address"))
    expect(page.get_by_label("Username")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Password")).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Username").fill("adm1n")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_label("Username")).to_have_accessible_description(re.compile("adm1n is not to be had"))
    expect(page.locator(".field-error")).to_have_count(1)


def test_a_wrong_password_and_a_file_without_sound_are_said_in_words(visit, owner, tmp_path):
    page = visit.page()
    page.goto("/login/?next=/upload/")
    page.get_by_label("Username or e-mail").fill("owner")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_have_text("This name and password do not belong together.")
    log_in(page, "owner")
    expect(page.get_by_role("heading", name="Upload a track")).to_be_visible()
    words = tmp_path / "words.mp3"
    words.write_bytes(b"these are words and no sound" * 50)
    page.set_input_files("#audio", words)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="This file could not be used")).to_be_visible(timeout=30_000)
    assert len(page.get_by_role("alert").inner_text()) > 20


def test_a_sign_in_outlives_its_short_token_in_every_tab(visit, owner):
    page = visit.signed_in("owner")
    other = page.context.new_page()
    other.goto("/")
    for _ in range(3):
        page.evaluate(FORGET_SHORT_TOKEN)
        page.context.clear_cookies(name="earshot_access")
        for tab in (page, other):
            tab.goto("/upload/", wait_until="commit")
        for tab in (page, other):
            expect(tab.get_by_role("heading", name="Upload a track")).to_be_visible()


def test_two_tabs_that_renew_at_once_do_not_end_the_session(visit, owner):
    page = visit.signed_in("owner")
    other = page.context.new_page()
    other.goto("/")
    tabs = (page, other)
    for _ in range(5):
        for tab in tabs:
            tab.evaluate(RENEW)
        assert [tab.evaluate("window.renewal") for tab in tabs] == [True, True]
    page.goto("/upload/")
    expect(page.get_by_role("heading", name="Upload a track")).to_be_visible()


def test_an_upload_goes_on_where_it_was_when_the_page_is_loaded_anew(visit, owner, tmp_path):
    page = visit.signed_in("owner")
    sound = write_tone(tmp_path / "long.wav", seconds=120, rate=48_000)
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 2 * 1024**2},
    )
    choose(page, sound)
    expect(page.locator("[data-transfer-words]")).to_have_text(re.compile("^[2-9][0-9] %$"), timeout=60_000)
    pieces = []
    page.on("request", lambda request: pieces.append(request) if request.method == "PATCH" else None)
    page.once("dialog", lambda dialog: dialog.accept())
    choose(page, sound)
    expect(page.get_by_role("heading", name="“long” is ready")).to_be_visible(timeout=120_000)
    assert int(pieces[0].headers["upload-offset"]) > sound.stat().st_size // 10


def choose(page, sound) -> None:
    """Load the upload page anew and send a file."""
    page.goto("/upload/")
    page.set_input_files("#audio", sound)
    page.get_by_role("button", name="Upload").click()
