"""From the first beat to the count."""

import io
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.lib.testing import race
from config.lib.viewer import Viewer
from engagement.plays import services
from engagement.plays.choices import Outcome
from engagement.plays.models import (
    ArtistDay,
    ForgottenMonth,
    HistoryClearing,
    Play,
    PlayClaim,
    PlaySalt,
    TrackDay,
    TrackDayHeat,
    TrackDayShare,
)
from engagement.plays.services import recounting
from engagement.plays.tests.conftest import BROWSER
from tracks.models import Track, TrackCounts

pytestmark = pytest.mark.django_db
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def recount(*options: str) -> str:
    out = io.StringIO()
    call_command("plays", "recount", *options, stdout=out)
    return out.getvalue()


def test_it_counts_once_enough_was_heard_and_not_again(fan, listen, noon, plays):
    session = listen(fan, at=noon)
    assert [session.hear(15), session.hear(14.9), session.hear(0.1), session.hear(60)] == [
        Outcome.TOO_SHORT,
        Outcome.TOO_SHORT,
        Outcome.COUNTED,
        Outcome.COUNTED,
    ]
    assert plays() == 1
    assert TrackCounts.objects.get().last_played_at == noon + timedelta(seconds=30)
    assert session.row.reached_at == noon + timedelta(seconds=30)


def test_the_same_beat_again_changes_nothing(fan, listen, noon, plays):
    session = listen(fan, at=noon)
    session.hear(30)
    before = Play.objects.values().get()
    assert session.tell() == Outcome.COUNTED
    assert Play.objects.values().get() == before
    assert plays() == 1


def test_an_end_stays_the_end(fan, listen, noon):
    session = listen(fan, at=noon)
    session.hear(30, ended=True)
    session.hear(5, ended=True)
    assert session.row.ended_at == noon + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("minutes", "outcome"), [(1, Outcome.REPEAT), (59, Outcome.REPEAT), (60, Outcome.COUNTED), (600, Outcome.COUNTED)]
)
def test_a_listener_counts_once_an_hour(fan, listen, noon, plays, minutes, outcome):
    listen(fan, at=noon).hear(30)
    assert listen(fan, at=noon + timedelta(minutes=minutes)).hear(30) == outcome
    assert plays() == 1 + (outcome is Outcome.COUNTED)
    assert "All counts" in recount("--dry-run")


def test_what_repeats_begins_no_new_hour(fan, listen, noon, plays):
    for minutes in (0, 50, 61):
        listen(fan, at=noon + timedelta(minutes=minutes)).hear(30)
    assert plays() == 2


def test_midnight_makes_nobody_new_who_is_signed_in_and_everybody_else(fan, listen, noon, plays):
    late = noon.replace(hour=23, minute=50)
    for who in (fan, None):
        listen(who, at=late).hear(30)
    outcomes = [listen(who, at=late + timedelta(minutes=20)).hear(30) for who in (fan, None)]
    assert outcomes == [Outcome.REPEAT, Outcome.COUNTED]
    assert plays() == 3
    assert "All counts" in recount("--dry-run")


def test_a_play_over_midnight_is_still_its_listeners(listen, noon, plays):
    session = listen(None, at=noon.replace(hour=23, minute=59, second=50))
    assert session.hear(30) == Outcome.COUNTED
    assert listen(None, at=session.at).hear(30) == Outcome.COUNTED  # a new day, a new somebody
    assert "All counts" in recount("--dry-run")


@pytest.mark.parametrize("barred", [Outcome.BOT, Outcome.CROWD])
def test_what_is_barred_is_kept_and_never_counts(fan, listen, noon, plays, barred):
    session = listen(fan, at=noon, barred=barred)
    assert session.hear(60) == barred
    assert plays() == 0
    assert session.row.reached_at is not None
    assert listen(fan, at=noon + SECOND * 90).hear(30) == Outcome.COUNTED


def test_the_owner_never_counts(owner, listen, noon, plays):
    assert listen(owner, at=noon).hear(60) == Outcome.OWNER
    assert plays() == 0


def test_what_is_claimed_beyond_the_clock_is_refused_and_written_down(fan, listen, noon, plays):
    session = listen(fan, at=noon)
    assert session.hear(5, rate=20) == Outcome.TOO_FAST
    assert (session.row.heard_ms, session.row.refused_ms) == (11_000, 89_000)
    assert plays() == 0
    assert session.hear(25) == Outcome.COUNTED


def test_other_people_and_other_addresses_count_for_themselves(fan, stranger, track, listen, noon, plays):
    for who, address in ((fan, "a"), (stranger, "a"), (None, "a"), (None, "b")):
        assert listen(who, at=noon, address=address).hear(30) == Outcome.COUNTED
    assert listen(None, at=noon, address="b").hear(30) == Outcome.REPEAT
    assert plays() == 4


def test_only_who_began_it_tells_of_it(fan, stranger, listen, noon):
    session = listen(fan, at=noon)
    for caller in (
        services.Caller(user_id=stranger.pk, address="address:192.0.2.1", user_agent=BROWSER),
        services.Caller(user_id=None, address="address:192.0.2.1", user_agent=BROWSER),
    ):
        session.caller = caller
        with pytest.raises(Play.DoesNotExist):
            session.hear(30)
    assert session.row.heard_ms == 0


def test_a_play_that_is_two_days_old_is_over(fan, listen, noon):
    session = listen(fan, at=noon)
    session.hear(2 * 86_400)
    with pytest.raises(Play.DoesNotExist):
        session.hear(1)


def test_who_cannot_see_a_track_plays_nothing_of_it(owner, fan, track, listen, noon):
    Track.objects.update(visibility="private")
    with pytest.raises(Track.DoesNotExist):
        listen(fan, at=noon)
    listen(owner, at=noon)
    assert Play.objects.count() == 1


@pytest.mark.parametrize("change", [{"duration_ms": None}, {"audience": "subscribers"}])
def test_what_cannot_be_heard_cannot_be_played(fan, track, listen, noon, change):
    Track.objects.update(**change)
    with pytest.raises(services.NotPlayable):
        listen(fan, at=noon)
    assert not Play.objects.exists()


def test_a_beat_is_cheap(fan, listen, noon):
    session = listen(fan, at=noon)
    session.hear(10)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        session.hear(10)
    words = [query["sql"].split()[0] for query in queries]
    assert (words.count("UPDATE"), words.count("INSERT")) == (1, 0)
    assert len([word for word in words if word not in {"SAVEPOINT", "RELEASE"}]) == 2


@pytest.mark.parametrize("batch", [1, 500])
def test_recounting_puts_right_what_differs_and_says_so_first(
    fan, stranger, listen, track, noon, plays, monkeypatch, batch
):
    monkeypatch.setattr(recounting, "BATCH", batch)
    for who in (fan, stranger):
        listen(who, at=noon).hear(30)
    TrackCounts.objects.update(plays=7)
    Play.objects.filter(person=fan).update(outcome=Outcome.REPEAT, settled=True)
    line = f"track {track.pk}: counted 7, by the rule 2; plays of which something else was written: 1"
    assert line in recount("--dry-run")
    assert plays() == 7
    assert line in recount()
    assert plays() == 2
    assert not Play.objects.filter(outcome=Outcome.REPEAT).exists()
    assert not Play.objects.get(person=fan).settled
    assert recount() == "All counts are what the rule says.\n"


def test_a_track_that_nobody_played_is_recounted_too(track, plays):
    TrackCounts.objects.update(plays=3)
    recount()
    assert plays() == 0


def test_clocks_that_differ_count_the_same_again(fan, listen, noon, plays):
    first, second = listen(fan, at=noon), listen(fan, at=noon - timedelta(seconds=40))
    first.hear(30)
    assert second.hear(60) == Outcome.REPEAT  # by a clock that is ten seconds behind
    third = listen(fan, at=noon + HOUR - SECOND * 5)
    assert third.hear(30) == Outcome.REPEAT
    assert "All counts" in recount("--dry-run")
    assert plays() == 1


def test_salts_and_claims_go(fan, listen, noon):
    listen(fan, at=noon).hear(30)
    assert (services.forget_salts(at=noon + HOUR * 24), services.forget_claims(at=noon + HOUR)) == (0, 0)
    assert (services.forget_salts(at=noon + HOUR * 36), services.forget_claims(at=noon + HOUR * 4)) == (1, 1)
    assert not PlaySalt.objects.exists()
    assert not PlayClaim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_players_at_once_count_once(fan, listen, noon, plays, default_plan):
    sessions = [listen(fan, at=noon) for _ in range(6)]
    outcomes = race(*[lambda session=session: session.hear(30) for session in sessions])
    assert sorted(outcomes) == [Outcome.COUNTED, *[Outcome.REPEAT] * 5]
    assert plays() == 1
    assert "All counts" in recount("--dry-run")


def test_nobody_has_a_history_who_is_nobody():
    assert not Play.objects.visible_to(Viewer(user=AnonymousUser())).exists()


def test_nobody_recounts_while_somebody_does(track, monkeypatch):
    monkeypatch.setattr(recounting, "session_lock", lambda _: nullcontext(False))
    with pytest.raises(CommandError, match="Somebody else"):
        recount()


def test_rows_say_what_they_are(noon):
    day = noon.date()
    rows = (
        (Play(track_id=4), "play None of 4"),
        (PlayClaim(track_id=4), "claim on 4"),
        (PlaySalt(day=day), "salt of 2026-07-14"),
        (HistoryClearing(person_id=4, cleared_at=noon), "4 until 2026-07-14 12:00:00+00:00"),
        (ForgottenMonth(month=day), "2026-07"),
        (TrackDay(track_id=4, day=day), "4 on 2026-07-14"),
        (TrackDayHeat(track_id=4, day=day), "heat of 4 on 2026-07-14"),
        (TrackDayShare(track_id=4, day=day, value="DE"), "DE of 4 on 2026-07-14"),
        (ArtistDay(artist_id=4, day=day), "4 on 2026-07-14"),
    )
    assert [str(row) for row, _ in rows] == [said for _, said in rows]
