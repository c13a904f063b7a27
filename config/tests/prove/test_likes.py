"""Likes at the sizes that are promised: a crowd at once, taps without end, storms of on and off.

By the services, from fifty threads with a real connection each: signing a thousand people in would measure passwords.
The same in small runs every day: engagement/tests/test_races.py.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import User
from config.lib.testing import emitted, race
from config.lib.viewer import Viewer
from engagement import services
from engagement.events import TrackLiked
from engagement.models import TrackLike, TrackRepost
from social.models import Activity
from tracks.models import Track, TrackCounts

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AT_ONCE = 50
CROWD, TAPS, PEOPLE, TOGGLES = 1_000, 100, 50, 40


@pytest.fixture
def track(owner) -> Track:
    """A track as far as rows say so."""
    at = timezone.now()
    track = Track.objects.create(owner=owner, title="Tide", permalink="tide", created_at=at, updated_at=at)
    TrackCounts.objects.create(track=track)
    sound = track.sounds.create(
        key="k", original_name="a.wav", original_bytes=1, created_at=at, due_at=at, state="ready"
    )
    Track.objects.filter(pk=track.pk).update(sound=sound, state="ready", published_at=at)
    return Track.objects.get(pk=track.pk)


@pytest.fixture
def make_crowd():
    """So many people in good standing."""

    def make(many: int) -> list[User]:
        at = timezone.now()
        names = [f"fan-{number}" for number in range(many)]
        people = [User(username=name, email=f"{name}@example.org", created_at=at, verified_at=at) for name in names]
        return User.objects.bulk_create(people)

    return make


def at_once(moves: Iterable[Callable[[], object]]) -> tuple[list[object], float]:
    """What went wrong in each of fifty threads, or None, and how many seconds all took. They begin together, and each
    takes the next move as soon as it is done with one."""
    waiting = deque(moves)

    def work() -> None:
        while move := next_of(waiting):
            move()

    started = time.monotonic()
    answers = race(*[work] * AT_ONCE)
    return answers, time.monotonic() - started


def next_of(waiting: deque[Callable[[], object]]) -> Callable[[], object] | None:
    """The next move; None when another has taken the last one."""
    try:
        return waiting.popleft()
    except IndexError:
        return None


def like(person: User, track: Track) -> None:
    viewer = Viewer(user=person)
    services.like(kind=services.TRACK_LIKES, viewer=viewer, thing_id=track.pk, at=timezone.now())


def unlike(person: User, track: Track) -> None:
    services.unlike(kind=services.TRACK_LIKES, viewer=Viewer(user=person), thing_id=track.pk)


def repost(person: User, track: Track) -> None:
    viewer = Viewer(user=person)
    services.repost(kind=services.TRACK_REPOSTS, viewer=viewer, thing_id=track.pk, caption=None, at=timezone.now())


def unrepost(person: User, track: Track) -> None:
    services.unrepost(kind=services.TRACK_REPOSTS, viewer=Viewer(user=person), thing_id=track.pk)


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


def test_a_thousand_people_like_one_track_at_once(track, make_crowd, patient_locks):
    crowd = make_crowd(CROWD)
    with emitted() as events:
        answers, took = at_once(partial(like, person, track) for person in crowd)
    assert answers == [None] * AT_ONCE
    assert TrackLike.objects.filter(track=track).count() == CROWD
    assert TrackCounts.objects.get(track=track).likes == CROWD
    assert len([event for event in events if isinstance(event, TrackLiked)]) == CROWD
    tell(f"\n{CROWD} people, one track, {AT_ONCE} at a time: {took:.1f} s, {CROWD / took:.0f} likes a second")


def test_a_hundred_taps_of_one_are_one_like_and_one_event(track, make_crowd, patient_locks):
    [person] = make_crowd(1)
    with emitted() as events:
        answers, took = at_once([partial(like, person, track)] * TAPS)
    assert answers == [None] * AT_ONCE
    assert (TrackLike.objects.count(), TrackCounts.objects.get(track=track).likes, len(events)) == (1, 1, 1)
    tell(f"\n{TAPS} taps: {took:.1f} s, 1 row, 1 event")


@pytest.mark.parametrize("seed", range(3))
def test_a_storm_ends_with_counts_that_are_rows(track, make_crowd, patient_locks, seed):
    dice = random.Random(seed)  # noqa: S311 -- a storm, not a secret
    crowd = make_crowd(PEOPLE)
    moves = [
        partial(dice.choice([like, unlike, repost, unrepost]), person, track)
        for person in crowd
        for _ in range(TOGGLES)
    ]
    dice.shuffle(moves)
    with emitted() as events:
        answers, took = at_once(moves)
    assert answers == [None] * AT_ONCE
    counts = TrackCounts.objects.get(track=track)
    rows = (TrackLike.objects.count(), TrackRepost.objects.count())
    assert (counts.likes, counts.reposts) == rows
    assert Activity.objects.filter(verb="repost", object_id=track.pk).count() == rows[1]
    told = [type(event).__name__ for event in events]
    assert told.count("TrackLiked") - told.count("TrackUnliked") == rows[0]
    assert told.count("TrackReposted") - told.count("TrackUnreposted") == rows[1]
    tell(f"\n{len(moves)} toggles of {PEOPLE} people: {took:.1f} s, {rows} rows, {len(told)} real changes told")
