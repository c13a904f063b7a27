"""Over HTTP: what players say, and what is believed of who they are."""

from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from engagement.models import Play
from engagement.plays.callers import country_of, host_of, is_bot
from engagement.plays.ids import moment_of
from engagement.plays.services import Caller
from engagement.plays.tests.conftest import BROWSER
from tracks import services as tracks
from tracks.models import Track

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(track):
    """A play begins; its row."""

    def begin(client, body: dict | None = None, path: str = "", **headers) -> Play:
        sent = {"HTTP_USER_AGENT": BROWSER} | headers
        answer = client.post(f"/api/v1/tracks/{track.pk}/plays/{path}", body or {}, **sent)
        assert answer.status_code == 201, answer.json()
        return Play.objects.get(pk=answer.json()["play_id"])

    return begin


def beat(client, play: Play, body: dict, **headers):
    return client.patch(f"/api/v1/plays/{play.pk}/", body, **{"HTTP_USER_AGENT": BROWSER} | headers)


def test_anybody_plays_and_tells_of_it(api, start):
    play = start(api, {"position_ms": 5_000})
    assert beat(api, play, {"position_ms": 5_400, "listened_ms": 400}).status_code == 204
    play.refresh_from_db()
    assert (play.person, play.position_ms, play.heard_ms, play.outcome) == (None, 5_400, 400, "too_short")
    api.problem(
        beat(api, play, {"position_ms": 0, "listened_ms": 0}, HTTP_USER_AGENT="another"), status=404, code="not_found"
    )


def test_whoever_is_signed_in_is_known_by_that(fan, api, sign_in, start):
    client = sign_in(fan)
    play = start(client)
    assert play.person == fan
    assert beat(client, play, {"position_ms": 0, "listened_ms": 9}, HTTP_USER_AGENT="another").status_code == 204
    api.problem(beat(api, play, {"position_ms": 0, "listened_ms": 0}), status=404, code="not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"position_ms": 0},
        {"position_ms": -1, "listened_ms": 0},
        {"position_ms": 0, "listened_ms": 2**31},
        {"position_ms": 0, "listened_ms": "much"},
        {"position_ms": 0, "listened_ms": 0, "plays": 1000},
    ],
)
def test_a_beat_that_makes_no_sense_changes_nothing(api, start, body):
    play = start(api)
    assert beat(api, play, body).status_code == 400
    assert Play.objects.values("beat_at", "listened_ms").get() == {"beat_at": play.beat_at, "listened_ms": 0}


@pytest.mark.parametrize("play_id", [uuid4(), UUID(int=0), UUID(int=2**128 - 1)])
def test_a_play_that_never_was(api, play_id):
    answer = api.patch(f"/api/v1/plays/{play_id}/", {"position_ms": 0, "listened_ms": 0})
    api.problem(answer, status=404, code="not_found")
    assert moment_of(play_id).tzinfo


def test_a_secret_link_opens_a_track_for_playing(owner, api, track, start):
    tracks.update_track(track=track, changes={"visibility": "private"}, at=timezone.now())
    token = tracks.make_secret_token(track=Track.objects.get(pk=track.pk), at=timezone.now()).secret_token
    api.problem(api.post(f"/api/v1/tracks/{track.pk}/plays/", {}), status=404, code="not_found")
    assert start(api, path=f"?secret_token={token}").track == track


def test_a_track_without_sound_says_so(owner, sign_in, track):
    Track.objects.update(duration_ms=None)
    client = sign_in(owner)
    client.problem(client.post(f"/api/v1/tracks/{track.pk}/plays/", {}), status=409, code="not_playable")


def test_the_site_that_led_here_is_kept_and_nothing_else_of_it(api, start):
    assert start(api, {"referrer": "https://www.music.example/a/page?q=secret"}).referrer == "music.example"
    assert start(api, HTTP_REFERER="https://blog.example:8443/post").referrer == "blog.example"
    assert start(api, HTTP_REFERER="http://testserver/somebody/").referrer == ""
    assert start(api, {"referrer": "http://earshot.test/"}).referrer == ""


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("", ""),
        ("nonsense", ""),
        ("javascript:alert(1)", ""),
        ("http://[", ""),
        ("https://exa_mple.org/", ""),
        ("https://EXAMPLE.org", "example.org"),
    ],
)
def test_hosts(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("agent", "user_id", "bot"),
    [
        (BROWSER, None, False),
        ("Earshot/1.2 (Android 15) okhttp/5.0", None, False),
        ("Mozilla/5.0 (Linux; Android 13; CUBOT X18)", None, False),
        ("Mozilla/5.0 (compatible; Somebot/2.1)", None, True),
        ("Mozilla/5.0 (compatible; Somebot/2.1)", 7, True),
        ("acme-checker 3", None, True),
        ("curl/8.5", None, True),
        ("curl/8.5", 7, False),
        ("", None, True),
        ("", 7, False),
    ],
)
def test_programs_that_say_so(settings, agent, user_id, bot):
    settings.PLAY_ROBOTS = ["acme-checker"]
    assert is_bot(Caller(user_id=user_id, address="", user_agent=agent)) is bot


def test_a_bot_is_written_down(api, start):
    assert start(api, HTTP_USER_AGENT="Somebot/1.0").outcome == "bot"


def test_a_crowd_at_one_address_is_written_down_and_counts_for_nothing(api, start, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"plays_address": "2/hour"}
    assert [start(api, REMOTE_ADDR="198.51.100.9").outcome for _ in range(3)] == ["too_short", "too_short", "crowd"]


def test_too_many_plays_are_refused(api, track, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"plays": "1/hour"}
    path = f"/api/v1/tracks/{track.pk}/plays/"
    codes = [api.post(path, {}, REMOTE_ADDR="198.51.100.10").status_code for _ in range(2)]
    assert codes == [201, 429]


@pytest.mark.parametrize(
    ("header", "proxies", "told", "country"),
    [
        ("CF-IPCountry", 1, "de", "DE"),
        ("CF-IPCountry", 0, "DE", ""),
        ("", 1, "DE", ""),
        ("CF-IPCountry", 1, "XX", ""),
        ("CF-IPCountry", 1, "Germany", ""),
        ("CF-IPCountry", 1, "", ""),
    ],
)
def test_countries_are_told_by_trusted_proxies_alone(settings, rf, header, proxies, told, country):
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = header, proxies
    assert country_of(rf.get("/", HTTP_CF_IPCOUNTRY=told)) == country
