"""What counts, told in tables and beside a plain count of everything."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.plays.choices import Outcome
from engagement.plays.rule import Case, Progress, hear, judge, needed_ms, outcome_of

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)
LONG_MS = 120_000


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


@pytest.mark.parametrize(
    ("duration_ms", "needed"),
    [(120_000, 30_000), (60_000, 30_000), (59_999, 30_000), (59_998, 29_999), (10_000, 5_000), (1, 1)],
)
def test_thirty_seconds_or_half_of_it(duration_ms, needed):
    assert needed_ms(duration_ms) == needed


@pytest.mark.parametrize(
    ("said_ms", "since_beat", "since_start", "before", "after"),
    [
        # As much as the clock says; at twice the speed; faster; with nothing but grace.
        (15_000, 15, 15, (0, 0, 0), (15_000, 15_000, 0)),
        (30_000, 15, 15, (0, 0, 0), (30_000, 30_000, 0)),
        (60_000, 15, 15, (0, 0, 0), (60_000, 31_000, 29_000)),
        (5_000, 0, 0, (0, 0, 0), (5_000, 1_000, 4_000)),
        # The grace is given once, however many beats there are.
        (2_000, 0, 0, (1_000, 1_000, 0), (2_000, 1_000, 1_000)),
        # After a pause no more than there was time for since the last beat, and no more than in all.
        (90_000, 5, 600, (10_000, 10_000, 0), (90_000, 21_000, 69_000)),
        # Nothing new; less than before; a clock that went back.
        (10_000, 15, 30, (10_000, 10_000, 0), (10_000, 10_000, 0)),
        (3_000, 15, 30, (10_000, 9_000, 1_000), (10_000, 9_000, 1_000)),
        (9_000, -5, 10, (8_000, 8_000, 0), (9_000, 9_000, 0)),
        (9_000, -5, -3, (0, 0, 0), (9_000, 1_000, 8_000)),
    ],
)
def test_nobody_hears_more_than_there_is_time_for(said_ms, since_beat, since_start, before, after):
    heard = hear(
        Progress(*before),
        said_ms=said_ms,
        duration_ms=LONG_MS,
        since_beat=seconds(since_beat),
        since_start=seconds(since_start),
    )
    assert heard == Progress(*after)


def test_the_grace_is_no_play_of_a_track_of_a_second():
    heard = hear(Progress(), said_ms=1_000, duration_ms=1_000, since_beat=seconds(0), since_start=seconds(0))
    assert heard.heard_ms == 125


@pytest.mark.parametrize(
    ("barred", "heard_ms", "refused_ms", "last", "outcome"),
    [
        ("", 30_000, 0, None, Outcome.COUNTED),
        ("", 29_999, 0, None, Outcome.TOO_SHORT),
        ("", 29_999, 1, None, Outcome.TOO_FAST),
        ("", 10_000, 500, None, Outcome.TOO_SHORT),
        ("", 30_000, 90_000, None, Outcome.COUNTED),
        ("", 30_000, 0, -3_599, Outcome.REPEAT),
        ("", 30_000, 0, -3_600, Outcome.COUNTED),
        ("", 30_000, 0, 5, Outcome.REPEAT),
        ("owner", 30_000, 0, None, Outcome.OWNER),
        ("bot", 30_000, 0, None, Outcome.BOT),
        ("crowd", 0, 0, None, Outcome.CROWD),
    ],
)
def test_what_becomes_of_a_play(barred, heard_ms, refused_ms, last, outcome):
    case = Case(b"l", barred, LONG_MS, heard_ms, refused_ms, NOON)
    assert outcome_of(case, last_counted=last and NOON + seconds(last)) == outcome


cases = st.builds(
    Case,
    listener=st.sampled_from([b"a", b"b", b"c"]),
    barred=st.sampled_from(["", "", "", "owner", "bot"]),
    duration_ms=st.sampled_from([1_000, 59_999, 240_000]),
    heard_ms=st.sampled_from([0, 499, 500, 29_999, 30_000, 90_000]),
    refused_ms=st.sampled_from([0, 1, 60_000]),
    at=st.integers(0, 30).map(lambda n: NOON + timedelta(minutes=10 * n)),
)


def oracle(plays: list[Case]) -> int:
    """How many count, the plain way: one after the other by the clock, with all that counted before in a list."""
    counted: list[Case] = []
    for play in sorted(plays, key=lambda play: play.at):
        enough = play.heard_ms >= 30_000 or 2 * play.heard_ms >= play.duration_ms
        mine = [before for before in counted if before.listener == play.listener]
        if not play.barred and enough and all((play.at - before.at).total_seconds() >= 3600 for before in mine):
            counted.append(play)
    return len(counted)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, database=None)  # of a busy machine
@given(st.lists(cases, max_size=30))
def test_the_rule_counts_like_somebody_with_a_pencil(plays):
    outcomes = judge(sorted(plays, key=lambda play: (play.listener, play.at)))
    assert sum(outcome is Outcome.COUNTED for outcome in outcomes) == oracle(plays)
