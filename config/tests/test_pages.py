"""Pages: who sees what, what stays out of them, and that nothing in them runs that is not a file of ours."""

import importlib.util
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

import config.urls
from accounts.authentication import ACCESS_COOKIE
from accounts.models import User
from accounts.services.sessions import Device, end_session, open_session
from config.composed.pages import clock, for_people, on_this_host, wanted_path
from config.tests.markup import Markup, assert_tame
from tracks import services
from tracks.cards import track_card
from tracks.models import Track

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


@pytest.fixture(autouse=True)
def mail_folder(settings, tmp_path) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_FILE_PATH.mkdir()
    return settings.EMAIL_FILE_PATH


def change(track: Track, **changes) -> Track:
    return services.update_track(track=track, changes=changes, at=timezone.now())


def address(track: Track) -> str:
    return f"/{track.owner.username}/{track.permalink}/"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/join/",
        "/login/",
        "/verify-email/",
        "/reset-password/",
        "/change-email/",
        "/forgot-password/",
        "/dev/mail/",
        "/owner/",
    ],
)
def test_a_page_answers_everybody_and_is_tame(path, owner, browser):
    response = browser().get(path)
    assert response.status_code == 200
    assert response["Cache-Control"].startswith("private")
    assert "Cookie" in response["Vary"]
    assert_tame(response)


@pytest.mark.parametrize("path", ["/nobody/", "/owner/nothing/", "/owner/Nothing/x", "/no-such-page/a/b/"])
def test_what_is_not_there_is_a_tame_page_with_404(path, owner, browser):
    response = browser().get(path)
    assert response.status_code == 404
    assert "There is nothing here." in response.content.decode()
    assert_tame(response)


def test_a_track_page_opens_to_whom_its_visibility_says(owner, stranger, make_track, browser):
    track = services.make_secret_token(track=make_track(owner, title="Tide"), at=timezone.now())
    seen = {}
    for visibility in ("public", "unlisted", "private"):
        change(track, visibility=visibility)
        for name, person in (("owner", owner), ("stranger", stranger), ("nobody", None)):
            seen[visibility, name] = browser(person).get(address(track)).status_code
        seen[visibility, "token"] = browser().get(f"{address(track)}?secret_token={track.secret_token}").status_code
        seen[visibility, "wrong token"] = browser().get(f"{address(track)}?secret_token=guess").status_code
    closed = {("private", "stranger"), ("private", "nobody"), ("private", "wrong token")}
    assert {key for key, status in seen.items() if status == 404} == closed
    assert {status for key, status in seen.items() if key not in closed} == {200}


def test_only_public_tracks_stand_in_lists_and_the_rest_on_ones_own_page(owner, stranger, make_track, browser):
    track = make_track(owner, title="Undertow")
    for visibility, listed in (("public", True), ("unlisted", False), ("private", False)):
        change(track, visibility=visibility)
        for person in (None, stranger, owner):
            assert ("Undertow" in browser(person).get("/").content.decode()) is listed
        for person in (None, stranger):
            assert ("Undertow" in browser(person).get("/owner/").content.decode()) is listed
        assert browser(owner).get("/OWNER/").content.decode().count(">Undertow<") == 1


def test_search_engines_and_other_sites_learn_nothing_of_what_is_not_public(owner, make_track, browser):
    track = make_track(owner)
    response = browser().get(address(track))
    assert not response.has_header("X-Robots-Tag")
    for visibility in ("unlisted", "private"):
        change(track, visibility=visibility)
        response = browser(owner).get(address(track))
        assert response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["Cache-Control"] == "private, no-store"


def test_the_secret_token_goes_into_our_own_addresses_and_no_link(owner, make_track, browser):
    track = make_track(owner, visibility="private", license="cc-by", description="see https://example.com/a")
    token = services.make_secret_token(track=track, at=timezone.now()).secret_token
    page = browser()
    markup = Markup(page.get(f"{address(track)}?secret_token={token}"))
    [waveform], [streams] = markup.values("data-waveform-url"), markup.values("data-streams-url")
    assert page.get(waveform).json()["version"] == 2
    assert page.get(streams).json()["access"] == "playable"
    assert page.get(waveform.replace(token, "guess")).status_code == 404
    assert not [link for link in markup.values("href") if token in link]
    assert "https://example.com/a" in markup.values("href")


def test_only_the_owner_reads_the_secret_link(owner, make_track, browser):
    track = make_track(owner, visibility="private")
    assert "secret_token" not in browser(owner).get(address(track)).content.decode()
    token = services.make_secret_token(track=track, at=timezone.now()).secret_token
    link = f"http://earshot.test{address(track)}?secret_token={token}"
    assert link in browser(owner).get(address(track)).content.decode()
    assert link not in browser().get(f"{address(track)}?secret_token={token}").content.decode()


def test_the_player_names_hls_first_and_mp3_second_on_this_host(owner, make_track, browser):
    markup = Markup(browser().get(address(make_track(owner))))
    sources = [attributes for tag, attributes in markup.tags if tag == "source"]
    assert [source["type"] for source in sources] == ["application/vnd.apple.mpegurl", "audio/mpeg"]
    assert all(source["src"].startswith("/media/") for source in sources)
    [audio] = [attributes for tag, attributes in markup.tags if tag == "audio"]
    assert "controls" in audio


def test_before_there_is_an_mp3_the_player_names_the_plain_aac(owner, upload, browser):
    track = upload(owner)
    assert services.process_sound(sound_id=track.sounds.get().pk)
    markup = Markup(browser().get(address(track)))
    sources = [attributes for tag, attributes in markup.tags if tag == "source"]
    assert [source["type"] for source in sources] == ["application/vnd.apple.mpegurl", "audio/mp4"]


def test_hostile_words_come_out_as_words(owner, make_user, make_track, browser):
    person = make_user("mallory", display_name=PAYLOAD[:60], bio=PAYLOAD, city=PAYLOAD[:60])
    details = dict.fromkeys(("title", "artist", "description"), PAYLOAD)
    details |= {"genre": PAYLOAD[:60], "key": PAYLOAD[:12], "isrc": PAYLOAD[:12], "tags": [PAYLOAD[:40]]}
    details |= {"credits": [{"name": PAYLOAD, "role": PAYLOAD}], "purchase_url": f"https://shop.example/{PAYLOAD}"}
    track = make_track(person, permalink="payload", **details)
    for viewer in (None, person):
        for path in ("/", "/mallory/", address(track)):
            response = browser(viewer).get(path)
            assert_tame(response)
            assert PAYLOAD in "".join(Markup(response).text)
    change(track, visibility="private")
    assert_tame(browser(person).get(address(track)))


def test_the_header_says_who_is_signed_in_until_the_session_ends(owner, session_of, browser):
    page = browser(owner)
    assert Markup(page.get("/")).values("data-signed-in") == ["owner"]
    end_session(session=session_of(owner), at=timezone.now())
    assert Markup(page.get("/")).values("data-signed-in") == []


def test_uploading_asks_for_a_sign_in_and_comes_back(owner, browser):
    response = browser().get("/upload/")
    assert response.status_code == 302
    assert response["Location"] == "/login/?next=%2Fupload%2F"
    assert Markup(browser().get(response["Location"])).values("data-next") == ["/upload/"]
    assert browser(owner).get(response["Location"])["Location"] == "/upload/"
    assert browser(owner).get("/join/")["Location"] == "/"
    response = browser(owner).get("/upload/")
    assert response.status_code == 200
    assert_tame(response)


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ("/upload/", "/upload/"),
        ("/owner/tide/?a=b", "/owner/tide/?a=b"),
        ("", "/"),
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("/\\example.com/", "/"),
        ("javascript:alert(1)", "/"),
        ("upload/", "/"),
    ],
)
def test_a_sign_in_leads_to_no_other_site(wish, path, rf):
    assert wanted_path(rf.get("/login/", {"next": wish})) == path


def test_a_failed_upload_says_why_to_its_owner_and_is_absent_for_others(owner, stranger, browser):
    words = ContentFile(b"these are words and no sound" * 50, name="words.mp3")
    track = services.upload_track(owner=owner, audio=words, details={}, at=timezone.now())
    assert "being prepared" in browser(owner).get(address(track)).content.decode()
    services.process_sound(sound_id=track.sounds.get().pk)
    reason = track.sounds.get().failure_reason
    assert reason in "".join(Markup(browser(owner).get(address(track))).text)
    assert browser(stranger).get(address(track)).status_code == 404


def test_the_mailbox_shows_mails_newest_first_with_links_and_no_markup_of_theirs(mail_folder, browser):
    mail = "Subject: {subject}\nTo: a@example.org\n\n{text}\n" + "-" * 79 + "\n"
    older = mail.format(subject="Earlier mail", text=f"open http://earshot.test/verify-email/#key=a%3Ab\n{PAYLOAD}")
    newer = mail.format(subject=PAYLOAD, text="javascript:alert(1) http://x.example/?a=\"onclick='b'")
    (mail_folder / "one.log").write_text(older + newer)
    response = browser().get("/dev/mail/")
    assert_tame(response)
    markup = Markup(response)
    assert "http://earshot.test/verify-email/#key=a:b" in markup.values("href")
    text = "".join(markup.text)
    assert text.index(PAYLOAD) < text.index("Earlier mail")
    assert response["X-Robots-Tag"] == "noindex"


def test_the_type_of_a_problem_leads_to_its_sentence(api, browser):
    path, _, code = api.get("/api/v1/tracks/0/").json()["type"].partition("#")
    response = browser().get(path)
    assert response.status_code == 200
    assert code in Markup(response).values("id")
    assert_tame(response)


def test_without_dev_pages_there_is_no_mailbox_and_no_link_to_it(settings, browser):
    settings.DEV_PAGES = False
    spec = importlib.util.spec_from_file_location("urls_of_production", config.urls.__file__)
    urls = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(urls)
    assert not [pattern for pattern in urls.urlpatterns if getattr(pattern, "name", "") == "dev-mail"]
    for path in ("/join/", "/login/"):
        assert "/dev/mail/" not in browser().get(path).content.decode()


def test_a_list_costs_the_same_queries_for_one_track_and_for_three(
    owner, make_track, browser, django_assert_max_num_queries
):
    make_track(owner, title="One")
    page = browser()
    for paths, most in ((("/",), 2), (("/owner/",), 5)):
        for path in paths:
            with django_assert_max_num_queries(most):
                assert page.get(path).content.decode().count('class="card"') == 1
    make_track(owner, title="Two")
    make_track(owner, title="Three")
    for path, most in (("/", 2), ("/owner/", 5)):
        with django_assert_max_num_queries(most):
            assert page.get(path).content.decode().count('class="card"') == 3


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(None, ""), (0, "0:00"), (59_999, "0:59"), (187_000, "3:07"), (3_600_000, "1:00:00")]
)
def test_lengths_are_written_as_on_a_record_sleeve(milliseconds, words):
    assert clock(milliseconds) == words


def test_a_cover_comes_from_the_host_that_was_asked(owner, upload):
    upload(owner)
    row = Track.objects.for_card().get() | {
        "artwork__key": "a" * 32,
        "artwork__placeholder": "",
        "artwork__color": "#000000",
    }
    assert for_people(track_card(row))["artwork"]["medium"] == f"/files/{'a' * 32}/medium.webp"
    assert on_this_host("http://earshot.test/a/?b=c") == "/a/?b=c"
    assert on_this_host(None) == ""
