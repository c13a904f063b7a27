"""What artists are told, beside a count of the rows by hand."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import User
from config.lib.viewer import Viewer
from engagement import services as marks
from engagement import tasks
from engagement.comments.services import Words, add_comment
from engagement.models import ForgottenMonth, Play, TrackDay
from engagement.plays import services
from engagement.plays.queries import Span
from engagement.plays.services import months, settling
from social.services import follow_user
from tracks.choices import Copy
from tracks.models import Track
from tracks.services import take_download

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
JULY = "?from=2026-07-13&to=2026-07-16"


@pytest.fixture
def stats(owner, sign_in):
    """What the owner is told."""
    client = sign_in(owner)

    def ask(path: str) -> dict:
        services.settle_plays(at=datetime.now(UTC))
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return ask


def test_plays_listeners_and_time_by_the_day(fan, stranger, owner, listen, noon, stats, track):
    for who, at, seconds in ((fan, noon, 30), (fan, noon + DAY / 12, 40), (stranger, noon, 10), (None, noon + DAY, 60)):
        listen(who, at=at).hear(seconds)
    listen(owner, at=noon).hear(100)
    told = stats(f"tracks/{track.pk}/stats/{JULY}")
    series = {row["start"]: (row["plays"], row["listeners"], row["listened_ms"]) for row in told["series"]}
    assert series == {
        "2026-07-13": (0, 0, 0),
        "2026-07-14": (2, 1, 80_000),
        "2026-07-15": (1, 1, 60_000),
        "2026-07-16": (0, 0, 0),
    }
    assert {name: told["totals"][name] for name in ("plays", "listeners", "listened_ms")} == {
        "plays": 3,
        "listeners": 2,
        "listened_ms": 140_000,
    }


def test_a_listener_of_two_tracks_is_one_listener_of_their_artist(fan, listen, noon, stats, owner, make_ready, track):
    other = make_ready(owner, title="Ebb")
    listen(fan, at=noon).hear(30)
    listen(fan, at=noon, to=other).hear(0.6)
    told = stats(f"me/stats/{JULY}")
    assert (told["totals"]["plays"], told["totals"]["listeners"]) == (2, 1)
    assert {(row["track"]["id"], row["plays"]) for row in told["top_tracks"]} == {(track.pk, 1), (other.pk, 1)}


def test_everything_else_that_came(fan, listen, noon, stats, owner, track):
    viewer = Viewer(user=fan)
    marks.like(kind=marks.TRACK_LIKES, viewer=viewer, thing_id=track.pk, at=noon)
    marks.repost(kind=marks.TRACK_REPOSTS, viewer=viewer, thing_id=track.pk, caption=None, at=noon)
    add_comment(track_id=track.pk, viewer=viewer, words=Words(body="Deep."), at=noon)
    follow_user(follower=fan, followed=owner, at=noon)
    Track.objects.update(downloadable=True)
    for person in (fan, fan, owner):
        take_download(track=Track.objects.visible_to(Viewer(user=person)).get(), viewer=Viewer(user=person),
                      copy=Copy.ORIGINAL, at=noon)  # fmt: skip
    told = stats(f"me/stats/{JULY}")["totals"]
    assert {name: told[name] for name in ("likes", "reposts", "comments", "downloads", "followers")} == {
        "likes": 1, "reposts": 1, "comments": 1, "downloads": 2, "followers": 1,
    }  # fmt: skip
    assert stats(f"tracks/{track.pk}/stats/{JULY}")["totals"]["downloads"] == 2


def test_where_they_came_from(fan, stranger, listen, noon, stats, track):
    listen(fan, at=noon, referrer="blog.example", country="DE").hear(30)
    listen(stranger, at=noon, referrer="blog.example", country="FR").hear(30)
    listen(None, at=noon, country="DE").hear(10)
    for told in (stats(f"me/stats/{JULY}"), stats(f"tracks/{track.pk}/stats/{JULY}")):
        assert told["referrers"] == [{"host": "blog.example", "plays": 2}]
        assert told["countries"] == [{"country": "DE", "plays": 1}, {"country": "FR", "plays": 1}]


def test_the_heat_along_the_track(fan, stranger, owner, listen, noon, stats, track):
    for who in (fan, stranger, owner):
        session = listen(who, at=noon)
        session.hear(12)
        session.position_ms = 60_000
        session.tell()
    heat = stats(f"tracks/{track.pk}/stats/{JULY}")["heat"]
    assert (heat["pieces"], len(heat["heard"])) == (200, 200)
    assert Counter(heat["heard"]) == {2: 21, 0: 179}
    assert Counter(heat["skipped"]) == {2: 79, 0: 121}
    assert not any(heat["replayed"])


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        ("?from=2026-07-13&to=2026-07-14", ["2026-07-13", "2026-07-14"]),
        ("?from=2026-07-15&to=2026-07-28&interval=week", ["2026-07-15", "2026-07-20", "2026-07-27"]),
        ("?from=2026-06-30&to=2026-08-01&interval=month", ["2026-06-30", "2026-07-01", "2026-08-01"]),
    ],
)
def test_days_weeks_and_months(stats, words, starts):
    assert [row["start"] for row in stats(f"me/stats/{words}")["series"]] == starts


def test_four_weeks_where_nothing_is_said(stats):
    told = stats("me/stats/")
    assert len(told["series"]) == 28
    assert told["to"] == datetime.now(UTC).date().isoformat()


@pytest.mark.parametrize(
    "words",
    [
        "from=2026-07-16&to=2026-07-13",
        "from=2025-07-16&to=2026-07-17",
        "from=2020-01-01&to=2026-07-17&interval=week",
        "interval=hour",
        "from=yesterday",
        "to=9999-12-31",
        "from=2026-02-30",
        "since=2026-01-01",
    ],
)
def test_spans_that_make_no_sense(owner, sign_in, words):
    assert sign_in(owner).get(f"/api/v1/me/stats/?{words}").status_code == 400


def test_the_first_days_of_all_are_no_trouble(stats):
    assert len(stats("me/stats/?to=0001-01-02")["series"]) == 2


def test_adding_up_twice_is_adding_up_once(fan, listen, noon, track, monkeypatch):
    monkeypatch.setattr(settling, "BATCH", 1)
    session = listen(fan, at=noon)
    listen(None, at=noon).hear(40)
    session.hear(30)
    assert tasks.settle_plays() == 2
    before = TrackDay.objects.values("plays", "heard_ms").get()
    assert before == {"plays": 2, "heard_ms": 70_000}
    assert tasks.settle_plays() == 0
    session.hear(10)
    assert tasks.settle_plays() == 1
    assert TrackDay.objects.values("plays", "heard_ms").get() == {"plays": 2, "heard_ms": 80_000}


def test_a_track_that_is_gone_has_no_figures(fan, listen, noon, track):
    listen(fan, at=noon).hear(30)
    Play.objects.update(track_id=track.pk + 1)
    assert tasks.settle_plays() == 1
    assert not TrackDay.objects.exists()


def test_months_are_made_ahead_and_dropped_when_they_are_old(fan, listen, noon, plays, settings, stats, track):
    listen(fan, at=noon).hear(30)
    assert services.keep_months(at=noon) == (3, 0)
    assert services.keep_months(at=noon) == (0, 0)
    assert Play.objects.count() == 1, "what waited in the default partition has moved"
    settings.PLAYS_KEPT_MONTHS = 2
    autumn = noon + timedelta(days=70)
    assert services.keep_months(at=autumn)[1] == 0
    assert services.keep_months(at=autumn + timedelta(days=30))[1] == 0, "its figures do not know of it yet"
    tasks.settle_plays()
    assert services.keep_months(at=autumn + timedelta(days=30))[1] == 1
    assert not Play.objects.exists()
    assert ForgottenMonth.objects.get().month == date(2026, 7, 1)
    assert (plays(), list(services.recount_plays(dry_run=True))) == (1, [])
    assert stats(f"tracks/{track.pk}/stats/{JULY}")["totals"]["plays"] == 1


def test_months_follow_each_other_over_years():
    assert months.month_after(date(2026, 11, 1), 2) == date(2027, 1, 1)
    assert months.month_after(date(2026, 1, 1), -1) == date(2025, 12, 1)


def test_a_span_begins_and_ends_at_midnight():
    span = Span(date(2026, 7, 13), date(2026, 7, 14), "day")
    assert span.moments == (datetime(2026, 7, 13, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


def test_as_many_queries_for_one_track_as_for_many(
    owner, sign_in, make_ready, listen, fan, noon, django_assert_max_num_queries
):
    client, counts = sign_in(owner), []
    for n in range(3):
        listen(fan, at=noon, to=make_ready(owner, title=f"Tide {n}")).hear(0.6)
        services.settle_plays(at=datetime.now(UTC))
        if n != 1:
            with django_assert_max_num_queries(50) as queries:
                assert len(client.get(f"/api/v1/me/stats/{JULY}").json()["top_tracks"]) == n + 1
            counts.append(len(queries))
    assert counts[0] == counts[1]
    assert User.objects.filter(pk=owner.pk).exists()
