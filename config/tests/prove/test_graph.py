"""Who follows whom, at length: crowds, taps, a dance of five hundred turns, and storms of all that parts people."""

import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Block, User, UserCounts
from accounts.services import lift_suspension, suspend_user
from config.lib.testing import emitted, race
from social import services
from social.choices import MuteScope
from social.events import RelationshipChanged, UserFollowed, UserUnfollowed
from social.models import Follow, Mute

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("patient_locks")]

CROWD, TAPS, TURNS = 100, 50, 500
ROUNDS, THREADS, STEPS = 4, 8, 200
Act = Callable[[], Any]


def tell(figures: str) -> None:
    print(figures)  # noqa: T201 -- they belong to the proof


def acts(one: User, other: User) -> dict[str, Act]:
    """Everything that one person, or staff, may do about two people; beside each stands what undoes it."""
    between, mute = {"at": timezone.now()}, {"muter": one, "muted": other, "scope": MuteScope.EVERYTHING}
    return {
        "follow": partial(services.follow_user, follower=one, followed=other, **between),
        "unfollow": partial(services.unfollow_user, follower=one, followed=other),
        "block": partial(services.block_user, blocker=one, blocked=other, **between),
        "unblock": partial(services.unblock_user, blocker=one, blocked=other),
        "mute": partial(services.mute_user, **mute, **between),
        "unmute": partial(services.unmute_user, **mute),
        "suspend": partial(suspend_user, user=one, reason="spam", **between),
        "lift": partial(lift_suspension, user=one, **between),
        "settle": partial(services.settle_follows, user_id=one.pk),
    }


def bring_to_rest(people: list[User]) -> None:
    """Lift what is suspended, and do what the relay would have had done by now."""
    for person in people:
        lift_suspension(user=person, at=timezone.now())
        services.settle_follows(user_id=person.pk)


def assert_nothing_contradicts_itself() -> None:
    """Counts are the rows that count, what counts stands, and no follow lives beside a block."""
    counted = Follow.objects.filter(is_counted=True)
    told = {row.pk: (row.followers, row.followings) for row in UserCounts.objects.all()}
    followers, followings = (Counter(counted.values_list(name, flat=True)) for name in ("followed_id", "follower_id"))
    assert told == {pk: (followers[pk], followings[pk]) for pk in told}
    assert not Follow.objects.miscounted().exists()
    blocks = Block.objects.values_list("blocker_id", "blocked_id")
    parted = {pair for one, other in blocks for pair in ((one, other), (other, one))}
    assert not parted & set(Follow.objects.values_list("follower_id", "followed_id"))
    assert not Mute.objects.filter(muter=F("muted")).exists()


def unforeseen(results: list[Any]) -> list[Any]:
    """What came out of a race that is neither success nor somebody who went out of sight: a deadlock, say."""
    return [found for found in results if isinstance(found, Exception) and not isinstance(found, User.DoesNotExist)]


def test_a_hundred_who_follow_one_at_once_are_a_hundred_rows_counted_and_told(owner, make_user, sign_in):
    clients = [sign_in(make_user(f"fan-{n}")) for n in range(CROWD)]
    begun = time.perf_counter()
    with emitted() as events:
        answers = race(*[partial(client.put, "/api/v1/users/owner/follow/") for client in clients])
    took = time.perf_counter() - begun
    assert Counter(answer.status_code for answer in answers) == {204: CROWD}
    counts = UserCounts.objects.get(user=owner)
    following = UserCounts.objects.filter(followings=1).count()
    told = Counter(type(event) for event in events)
    tell(
        f"{CROWD} at once: {Follow.objects.count()} rows, {counts.followers} counted, {following} follow, {took:.1f} s"
    )
    assert (Follow.objects.count(), counts.followers, counts.followings, following) == (CROWD, CROWD, 0, CROWD)
    assert told == {UserFollowed: CROWD, RelationshipChanged: CROWD}
    assert_nothing_contradicts_itself()


def test_fifty_taps_are_one_row_and_one_event(owner, stranger, sign_in):
    client = sign_in(stranger)
    with emitted() as events:
        answers = race(*[partial(client.put, "/api/v1/users/owner/follow/")] * TAPS)
    told = Counter(type(event) for event in events)
    tell(f"{TAPS} taps: {Follow.objects.count()} row, events {[(kind.__name__, n) for kind, n in told.items()]}")
    assert Counter(answer.status_code for answer in answers) == {204: TAPS}
    assert Follow.objects.count() == 1
    assert told == {UserFollowed: 1, RelationshipChanged: 1}
    assert_nothing_contradicts_itself()


def test_two_who_follow_and_leave_each_other_five_hundred_times_never_wait_in_a_circle(owner, stranger, sign_in):
    def dance(client, name: str, verb: str) -> Counter:
        return Counter(getattr(client, verb)(f"/api/v1/users/{name}/follow/").status_code for _ in range(TURNS))

    begun = time.perf_counter()
    with emitted() as events:
        codes = race(
            *[
                partial(dance, sign_in(person), name, verb)
                for person, name in ((owner, "stranger"), (stranger, "owner"))
                for verb in ("put", "delete")
            ]
        )
    took = time.perf_counter() - begun
    assert codes == [{204: TURNS}] * 4
    told = Counter(type(event) for event in events)
    followed, unfollowed, left = told[UserFollowed], told[UserUnfollowed], Follow.objects.count()
    tell(f"4 x {TURNS} calls in {took:.1f} s: {followed} follows, {unfollowed} unfollows, {left} left, no deadlock")
    assert followed - unfollowed == left
    assert min(followed, unfollowed) > TURNS / 10, "they really met"
    assert_nothing_contradicts_itself()


def test_every_two_acts_meet_from_both_sides_and_from_one(owner, stranger):
    sides = [(acts(owner, stranger), acts(stranger, owner)), (acts(owner, stranger), acts(owner, stranger))]
    refused = met = 0
    for mine, theirs in sides:
        for name, other in combinations_with_replacement(mine, 2):
            for _ in range(ROUNDS):
                results = race(mine[name], theirs[other])
                assert unforeseen(results) == [], (name, other)
                met, refused = met + 1, refused + sum(isinstance(found, Exception) for found in results)
            services.settle_follows(user_id=owner.pk)
            services.settle_follows(user_id=stranger.pk)
            assert_nothing_contradicts_itself()
    tell(f"{met} meetings of {len(sides[0][0])} acts: {refused} were too late for somebody out of sight, no deadlock")
    bring_to_rest([owner, stranger])
    assert_nothing_contradicts_itself()


class Storm:
    """One thread: random acts between random people, again and again."""

    def __init__(self, seed: int, *, people: list[User]) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- to be repeated, not to be secret
        self.people = people

    def run(self) -> Counter:
        """How often each act came through; `absent` counts those that were too late."""
        done: Counter = Counter()
        for _ in range(STEPS):
            choices = acts(*self.chance.sample(self.people, 2))
            name = self.chance.choice([*choices, "follow", "follow", "lift"])
            try:
                choices[name]()
                done[name] += 1
            except User.DoesNotExist:
                done["absent"] += 1
        return done


def test_a_storm_of_everything_leaves_counts_that_are_the_rows(make_user):
    people = [make_user(name) for name in ("owner", "fan", "stranger", "moderator")]
    begun = time.perf_counter()
    results = race(*[Storm(seed, people=people).run for seed in range(THREADS)])
    took = time.perf_counter() - begun
    assert unforeseen(results) == []
    done = sum(results, Counter())
    tell(f"{THREADS} threads x {STEPS} acts in {took:.1f} s, no deadlock: {dict(done)}")
    assert done.total() == THREADS * STEPS
    assert min(done.values()) > 0
    bring_to_rest(people)
    standing = Q(is_active=True, leaving_at=None)
    assert User.objects.get_queryset().filter(standing).count() == len(people)
    assert_nothing_contradicts_itself()
