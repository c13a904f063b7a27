"""Listening in Chromium: HLS, MP3, a bare audio element; seeking; and what is withdrawn while it plays."""

import pytest
from playwright.sync_api import expect

from config.tests.e2e.visitors import audio_source, fetch_range, position, wait_for, wait_until_past

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PAYLOAD = "<img src=x onerror=alert(1)>"
# How many colours a canvas shows, and which share of it is painted: silence, a line of dots, is about 0.02.
PAINTED = """canvas => {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Set();
    let painted = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) {
        colours.add(data.slice(at, at + 3).join());
        painted += 1;
    }
    return {colours: colours.size, share: painted * 4 / data.length};
}"""
PLAIN = """<!doctype html><title>plain</title><audio src="{url}"></audio>
<button onclick="document.querySelector('audio').play()">Play</button>"""


def page_of(track) -> str:
    return f"/{track.owner.username}/{track.permalink}/"


def seek_by_pointer(page, share: float) -> None:
    box = page.get_by_role("slider").bounding_box()
    page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def assert_waveform_is_drawn(page) -> None:
    """The played part in one colour, the rest in another, and more than silence."""
    painted = page.locator("canvas").evaluate(PAINTED)
    assert painted["colours"] == 2
    assert painted["share"] > 0.15


@pytest.fixture
def track(owner, ready_track):
    """A minute that everybody may hear."""
    return ready_track(owner, title="Swell")


@pytest.fixture
def path(track) -> str:
    """Read before the browser runs: see conftest."""
    return page_of(track)


def test_a_stranger_hears_and_seeks_through_hls(path, visit):
    page = visit.page()
    page.goto(path)
    page.get_by_role("button", name="Play").click()
    wait_until_past(page, 0.5)
    assert audio_source(page).endswith("/master.m3u8")
    seek_by_pointer(page, 0.8)
    wait_until_past(page, 48.3)
    assert position(page) < 55
    assert_waveform_is_drawn(page)
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate("document.querySelector('audio').paused")


def test_where_hls_does_not_play_the_mp3_does(path, visit):
    page = visit.page()
    page.route("**/*.m3u8", lambda route: route.abort())
    page.goto(path)
    page.get_by_role("button", name="Play").click()
    wait_until_past(page, 0.5)
    assert audio_source(page).endswith("/mp3.mp3")
    seek_by_pointer(page, 0.8)
    wait_until_past(page, 48.3)
    assert position(page) < 55


@pytest.mark.parametrize("field", ["hls_url", "aac_url", "opus_url", "mp3_url", "preview_url"])
def test_a_stream_plays_in_a_bare_audio_element(track, visit, field):
    page = visit.page()
    url = page.request.get(f"/api/v1/tracks/{track.pk}/streams/").json()[field]
    page.route("**/plain.html", lambda route: route.fulfill(content_type="text/html", body=PLAIN.format(url=url)))
    page.goto("/plain.html")
    page.get_by_role("button", name="Play").click()
    wait_until_past(page, 0.5)
    place = 20 if field == "preview_url" else 48
    page.evaluate(f"document.querySelector('audio').currentTime = {place}")
    wait_until_past(page, place + 0.3)


def test_the_position_moves_by_the_keys_of_a_slider(path, visit):
    page = visit.page()
    page.goto(path)
    slider = page.get_by_role("slider")
    wait_for(page, "document.querySelector('audio').readyState > 0")
    for key, seconds in (
        ("End", 60),
        ("PageDown", 54),
        ("Home", 0),
        ("ArrowRight", 5),
        ("ArrowLeft", 0),
        ("PageUp", 6),
    ):
        slider.press(key)
        assert abs(position(page) - seconds) < 0.2, key
        assert slider.get_attribute("aria-valuenow") == str(seconds)
    assert slider.get_attribute("aria-valuetext") == "6 seconds of 1 minute"


def test_what_is_made_private_while_it_plays_is_over_at_the_next_range(owner, ready_track, record, visit):
    # Long enough that a browser does not have all of it when it begins to play.
    track = ready_track(owner, recording=record(name="Four minutes.flac", seconds=240))
    path = page_of(track)
    keeper = visit.signed_in("owner")
    page = visit.page()
    page.goto(path)
    page.get_by_role("button", name="Play").click()
    wait_until_past(page, 0.3)
    sound = audio_source(page).replace("master.m3u8", "aac.mp4")
    assert fetch_range(page, sound) == 206
    answer = keeper.request.patch(
        f"/api/v1/tracks/{track.pk}/",
        data={"visibility": "private"},
        headers={"X-CSRFToken": csrf_of(keeper)},
    )
    assert answer.status == 200, answer.text()
    assert fetch_range(page, sound) == 404
    seek_by_pointer(page, 0.9)
    message = page.get_by_role("region", name="Player").get_by_role("status")
    expect(message).to_have_text("This track is not here any more.")
    page.reload()
    expect(page.get_by_role("heading", name="There is nothing here.")).to_be_visible()


def test_a_secret_link_opens_a_private_track_until_it_is_closed(owner, ready_track, visit):
    track = ready_track(owner, title="Sketch", visibility="private")
    path = page_of(track)
    keeper = visit.signed_in("owner")
    keeper.goto(path)
    keeper.get_by_role("button", name="Make a secret link").click()
    expect(keeper.locator("[data-secret-link]")).to_be_visible()
    link = keeper.locator("[data-secret-link]").inner_text()
    friend = visit.page()
    friend.goto(link)
    friend.get_by_role("button", name="Play").click()
    wait_until_past(friend, 0.5)
    assert_waveform_is_drawn(friend)
    keeper.get_by_role("button", name="Close the link").click()
    expect(keeper.get_by_text("The link is closed.")).to_be_visible()
    assert friend.goto(link).status == 404
    keeper.get_by_role("button", name="Log out").click()
    expect(keeper.get_by_role("link", name="Log in").first).to_be_visible()
    assert keeper.goto(path).status == 404


def test_the_bar_plays_one_card_after_the_other_and_takes_titles_as_words(owner, ready_track, visit):
    ready_track(owner, title="Second")
    ready_track(owner, title=PAYLOAD)
    page = visit.page()
    page.goto("/")
    page.get_by_role("button", name=f"Play {PAYLOAD}").click()
    bar = page.get_by_role("complementary", name="Player")
    expect(bar.get_by_text(PAYLOAD)).to_be_visible()
    wait_until_past(page, 0.3)
    bar.get_by_role("button", name="Next track").click()
    expect(bar.get_by_role("link", name="Second")).to_be_visible()
    wait_until_past(page, 0.3)
    assert page.locator("img[src=x]").count() == 0


def test_without_scripts_the_browsers_own_controls_play(path, visit):
    page = visit.context(java_script_enabled=False).new_page()
    page.goto("/")
    assert page.get_by_role("button", name="Play").count() == 0
    page.get_by_role("link", name="Swell").last.click()
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.locator("audio source")).to_have_count(2)


def csrf_of(page) -> str:
    [token] = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "earshot_csrf"]
    return token


def test_a_player_tells_how_far_somebody_is(path, visit):
    page, sent = visit.page(), []
    page.on("response", lambda answer: sent.append(answer) if "/plays/" in answer.url else None)
    page.goto(path)
    page.get_by_role("button", name="Play").click()
    wait_until_past(page, 0.5)
    seek_by_pointer(page, 0.8)
    wait_until_past(page, 48.3)
    with page.expect_response("**/api/v1/plays/*/"):
        page.get_by_role("button", name="Pause").click()
    assert [answer.status for answer in sent] == [201, *[204] * (len(sent) - 1)]
    beats = [answer.request.post_data_json for answer in sent[1:]]
    heard = [beat["listened_ms"] for beat in beats]
    assert heard == sorted(heard)
    assert 600 < heard[-1] < 5_000, "what was skipped was not heard"
    before, after, *_, last = [beat["position_ms"] for beat in beats]
    assert before < 5_000
    assert 45_000 < after < last
