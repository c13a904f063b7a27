"""Listening, counting again, adding up and forgetting at the same moment."""

import pytest
from django.utils import timezone

from config.lib.testing import race
from engagement.models import Play, TrackDay
from engagement.plays import services
from engagement.plays.choices import Outcome
from tracks.models import TrackCounts

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 4


@pytest.fixture
def sessions(listen, noon, default_plan):
    """Listeners who have not heard enough yet, each of whom a moment more makes a play."""
    begun = [listen(None, at=noon, address=f"address:192.0.2.{n}") for n in range(PEOPLE)]
    for session in begun:
        session.hear(20)
    return begun


def hearing(sessions):
    return [lambda session=session: session.hear(10) for session in sessions]


def test_plays_that_come_while_counts_are_put_right_stay_counted(sessions, plays):
    TrackCounts.objects.update(plays=50)
    race_of(*hearing(sessions), lambda: list(services.recount_plays(dry_run=False)))
    assert plays() == PEOPLE
    assert list(services.recount_plays(dry_run=True)) == []


def test_two_who_count_again_do_not_correct_twice(sessions, plays):
    for session in sessions:
        session.hear(10)
    TrackCounts.objects.update(plays=50)
    results = race_of(*[lambda: list(services.recount_plays(dry_run=False))] * 3, refused=services.RecountRunning)
    assert any(isinstance(result, list) and result for result in results)
    assert plays() == PEOPLE


def test_what_changes_while_it_is_added_up_is_added_up_again(sessions):
    at = timezone.now()
    race_of(*hearing(sessions), *[lambda: services.settle_plays(at=at)] * 2)
    services.settle_plays(at=at)
    assert TrackDay.objects.values("plays", "listeners", "heard_ms").get() == {
        "plays": PEOPLE,
        "listeners": PEOPLE,
        "heard_ms": PEOPLE * 30_000,
    }


def test_a_history_is_cleared_while_somebody_listens(fan, listen, noon, plays, default_plan):
    begun = listen(fan, at=noon)
    begun.hear(20)
    race_of(
        lambda: begun.hear(10),
        lambda: services.detach_plays(user_id=fan.pk, before=noon),
        lambda: services.clear_history(user_id=fan.pk, at=noon),
    )
    assert Play.objects.values_list("person", "outcome").get() == (None, Outcome.COUNTED)
    assert plays() == 1
    assert listen(fan, at=begun.at).hear(30) == Outcome.REPEAT, "forgetting is no way to count twice"


def race_of(*moves, refused: type[Exception] | None = None) -> list:
    """All of them at once; none may go wrong but by that refusal."""
    results = race(*moves)
    wrong = [
        result for result in results if isinstance(result, Exception) and not (refused and isinstance(result, refused))
    ]
    assert wrong == []
    return results
