"""A hundred thousand plays of every kind: what was counted while people listened is what the rule makes of the ledger,
and statistics are what somebody with a pencil would write down.

Two processes listen at once to the same tracks, each with listeners of its own, and then with the same ones by clocks
that differ; meanwhile the figures of days are added up over and over. Some players speak HTTP. A small town lives every
day in engagement/plays/tests.
"""

import io
import multiprocessing
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from accounts.models import User
from config.lib.testing import Api
from config.tests.prove.listening import Session, Town, figures, lengths, live
from engagement.models import Play, TrackDay
from engagement.plays import services
from tracks.models import Track, TrackCounts

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PLAYS, CROSSED, BY_HTTP = 100_000, 4_000, 300
PROCESSES = 2
BEGIN = datetime(2026, 7, 13, 9, tzinfo=UTC)
LENGTHS_MS = (20_000, 59_999, 61_000, 200_000, 7_200_000)
TRACKS = 30
QUOTED = "from=2026-07-01&to=2026-12-31"


def make_track(owner: User, number: int, *, length_ms: int) -> Track:
    """A track as far as rows say so."""
    at = timezone.now()
    times = {"created_at": at, "updated_at": at}
    track = Track.objects.create(owner=owner, title=f"Tide {number}", permalink=f"tide-{number}", **times)
    TrackCounts.objects.create(track=track)
    sound = track.sounds.create(
        key=f"k{number}", original_name="a.wav", original_bytes=1, created_at=at, due_at=at, state="ready"
    )
    ready = {"sound": sound, "state": "ready", "published_at": at, "duration_ms": length_ms}
    Track.objects.filter(pk=track.pk).update(**ready)
    return Track.objects.get(pk=track.pk)


@pytest.fixture
def people(owner) -> list[int]:
    at = timezone.now()
    names = [f"fan-{number}" for number in range(400)]
    made = [User(username=name, email=f"{name}@example.org", created_at=at, verified_at=at) for name in names]
    return [user.pk for user in User.objects.bulk_create(made)]


def in_processes(towns: list[Town]) -> list[Session]:
    """Let the towns live at once, each in a process with connections of its own; the figures follow all the while."""
    connections.close_all()
    found: list[Session] = []
    with multiprocessing.get_context("fork").Pool(len(towns), initializer=connections.close_all) as pool:
        waiting = pool.map_async(live, towns)
        while not waiting.ready():
            services.settle_plays(at=datetime(2027, 1, 1, tzinfo=UTC))
            waiting.wait(20)
        for sessions in waiting.get():
            found += sessions
    return found


def recount(*options: str) -> str:
    out = io.StringIO()
    call_command("plays", "recount", *options, stdout=out)
    return out.getvalue()


def counts() -> dict[int, int]:
    return dict(TrackCounts.objects.values_list("track_id", "plays"))


def listen_by_http(track: Track) -> None:
    """Players that each tell of a blink, most of them for the first time."""
    for number in range(BY_HTTP):
        player = {"HTTP_USER_AGENT": "a browser", "REMOTE_ADDR": f"198.51.100.{number % 200}"}
        client = Api()
        play_id = client.post(f"/api/v1/tracks/{track.pk}/plays/", {}, **player).json()["play_id"]
        beat = partial(client.patch, f"/api/v1/plays/{play_id}/", **player)
        time.sleep(0.02)  # sound takes its time
        assert beat({"position_ms": 20, "listened_ms": 20, "ended": True}).status_code == 204


def assert_told_like(days, tracks: list[Track], client: Api) -> None:
    """Each track's statistics, day by day."""
    for track in tracks:
        told = client.get(f"/api/v1/tracks/{track.pk}/stats/?{QUOTED}").json()
        mine = {day: row for (track_id, day), row in days.items() if track_id == track.pk}
        for row in told["series"]:
            due = mine.get(row["start"])
            expected = (due["plays"], len(due["listeners"]), due["listened_ms"]) if due else (0, 0, 0)
            assert (row["plays"], row["listeners"], row["listened_ms"]) == expected, (track.pk, row["start"])
        for name in ("heard", "skipped", "replayed"):
            pieces = sum((row[name] for row in mine.values()), Counter())
            assert told["heat"][name] == [pieces[n] for n in range(200)], (track.pk, name)
        for name, key, members in (("referrers", "host", "hosts"), ("countries", "country", "countries")):
            due = sum((row[members] for row in mine.values()), Counter())
            assert {row[key]: row["plays"] for row in told[name]} == due, (track.pk, name)


def assert_artist_is_told(days, owner: User, tracks: list[Track], client: Api) -> None:
    """All of them together: each listener once a day."""
    told = client.get(f"/api/v1/me/stats/?{QUOTED}").json()
    mine = {track.pk for track in tracks if track.owner_id == owner.pk}
    by_day: dict[str, set[str]] = {}
    for (track_id, day), row in days.items():
        if track_id in mine:
            by_day.setdefault(day, set()).update(row["listeners"])
    assert {row["start"]: row["listeners"] for row in told["series"] if row["listeners"]} == {
        day: len(names) for day, names in by_day.items() if names
    }
    assert told["totals"]["plays"] == sum(row["plays"] for (track_id, _), row in days.items() if track_id in mine)
    assert told["top_tracks"] == sorted(told["top_tracks"], key=lambda row: -row["plays"])


def test_a_hundred_thousand_plays(owner, stranger, people, sign_in, patient_locks):
    tracks = [
        make_track((owner, stranger)[number % 2], number, length_ms=LENGTHS_MS[number % len(LENGTHS_MS)])
        for number in range(TRACKS)
    ]
    crossed = [make_track(owner, TRACKS + number, length_ms=61_000) for number in range(3)]
    blink = make_track(owner, TRACKS + 3, length_ms=20)
    services.keep_months(at=BEGIN)
    started = time.monotonic()

    share = len(people) // PROCESSES
    towns = [
        Town(number, (PLAYS - CROSSED - BY_HTTP) // PROCESSES, BEGIN, lengths(tracks),
             people[number * share : (number + 1) * share], [f"203.0.{number}.{n}" for n in range(200)])
        for number in range(PROCESSES)
    ]  # fmt: skip
    sessions = in_processes(towns)
    # The same listeners at the same tracks, a quarter of an hour apart by their clocks.
    in_processes([
        Town(number, CROSSED // PROCESSES, BEGIN + number * timedelta(minutes=15), lengths(crossed), people[:40], ["a"])
        for number in range(PROCESSES)
    ])  # fmt: skip
    listen_by_http(blink)
    listened_s = time.monotonic() - started

    due = Counter(session.track for session in sessions if session.counted)
    counted = counts()
    assert {track.pk: counted[track.pk] for track in tracks} == {track.pk: due[track.pk] for track in tracks}
    assert counted[blink.pk] == 200
    assert Play.objects.count() == PLAYS
    reasons = Counter(Play.objects.values_list("outcome", flat=True))
    assert set(reasons) == {"counted", "too_short", "too_fast", "repeat", "owner", "bot", "crowd"}
    assert all(counted[track.pk] for track in crossed)

    begun = time.monotonic()
    assert recount("--dry-run") == "All counts are what the rule says.\n"
    recounted_s = time.monotonic() - begun
    TrackCounts.objects.filter(track=tracks[0]).update(plays=1)
    Play.objects.filter(track=tracks[1], outcome="counted").update(outcome="repeat")
    assert "2 tracks differed and were put right." in recount()
    assert counts() == counted

    services.settle_plays(at=datetime(2027, 1, 1, tzinfo=UTC))
    days = figures(sessions)
    for person in (owner, stranger):
        client = sign_in(person)
        mine = [track for track in tracks if track.owner_id == person.pk]
        assert_told_like(days, mine, client)
    assert_artist_is_told(days, stranger, tracks, client)
    totals = TrackDay.objects.filter(track__in=tracks).count()
    print(  # noqa: T201 -- a proof says what it saw
        f"{PLAYS} plays in {listened_s:.0f} s ({dict(reasons)}); counted again in {recounted_s:.1f} s;"
        f" {totals} days of tracks as the pencil says"
    )
