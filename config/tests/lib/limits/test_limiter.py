"""Never one more than allowed: in Redis, and in the process while Redis is away."""

import time

import pytest

from config.lib.limits import Budget, Throttled, draw, peek
from config.lib.limits.limiter import limiter, refuse_beyond
from config.lib.limits.local import SWEEP_INTERVAL_S, LocalWindows
from config.lib.redis import shared_redis
from config.lib.testing import race

TEN = Budget(name="probe", limit=10, window_s=300)
THREE = Budget(name="probe", limit=3, window_s=60)


class Clock:
    """Stands still until it is moved."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["redis", "process"])
def counting(request, fragile_redis) -> str:
    """Where the draws of the test are counted."""
    if request.param == "process":
        fragile_redis.stop()
    return request.param


def test_of_two_hundred_at_the_same_moment_exactly_ten_pass(counting):
    draws = race(*[lambda: draw(TEN, subject="crowd")] * 200)
    assert [drawn.allowed for drawn in draws].count(True) == 10
    assert shared_redis().breaker.is_open == (counting == "process")


def test_what_is_left_goes_down_to_nothing_and_a_refusal_costs_nothing(counting):
    draws = [draw(THREE, subject="ada") for _ in range(5)]
    assert [(drawn.allowed, drawn.remaining) for drawn in draws] == [
        (True, 2),
        (True, 1),
        (True, 0),
        (False, 0),
        (False, 0),
    ]
    assert all(0 < drawn.resets_in_s <= 61 for drawn in draws)


def test_a_look_costs_nothing(counting):
    assert peek(THREE, subject="ada").remaining == 3
    assert peek(THREE, subject="ada").resets_in_s == 0
    draw(THREE, subject="ada")
    assert [peek(THREE, subject="ada").remaining for _ in range(4)] == [2, 2, 2, 2]
    assert peek(THREE, subject="ada").allowed


def test_everybody_and_every_budget_counts_apart(counting):
    for _ in range(4):
        draw(THREE, subject="ada")
    assert draw(THREE, subject="grace").allowed
    assert draw(Budget(name="other", limit=3, window_s=60), subject="ada").allowed


def test_what_is_forgotten_may_be_drawn_again(counting):
    for _ in range(4):
        draw(THREE, subject="ada")
    limiter().forget(THREE, subject="ada")
    assert draw(THREE, subject="ada").remaining == 2


def test_a_call_is_allowed_when_its_answer_said_it_would_be(counting):
    second = Budget(name="probe", limit=1, window_s=1)
    draw(second, subject="ada")
    refused = draw(second, subject="ada")
    if not refused.allowed:  # a machine that takes a second for two calls has nothing to wait for
        time.sleep(refused.resets_in_s)
    assert draw(second, subject="ada").allowed


def test_a_refusal_says_when_to_come_again_and_of_which_budget():
    refused = limiter().peek(Budget(name="shut", limit=0, window_s=60), subject="ada")
    with pytest.raises(Throttled) as refusal:
        refuse_beyond(refused)
    assert refusal.value.facts == {"retry_after_s": 1, "budget": "shut"}


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_window_moves_with_each_call(clock):
    windows = LocalWindows(clock=clock)
    clock.now += 30  # between two sweeps, which forget as well
    assert windows.acquire_entry("ada", 2, 60)
    clock.now += 50
    assert windows.acquire_entry("ada", 2, 60)
    clock.now += 9.5
    assert not windows.acquire_entry("ada", 2, 60)
    assert windows.get_moving_window("ada", 2, 60) == (1_000_030.0, 2)
    clock.now += 1
    assert windows.acquire_entry("ada", 2, 60)
    assert not windows.acquire_entry("ada", 2, 60)
    assert windows.get_moving_window("ada", 2, 60) == (1_000_080.0, 2)
    clock.now += 50
    assert windows.get_moving_window("ada", 2, 60) == (1_000_090.5, 1)


class GivingWay(int):
    """A limit that lets other threads go on in the moment between the comparison and what follows from it."""

    def __le__(self, count: int) -> bool:
        reached = int(self) <= count
        time.sleep(0.001)
        return reached


def test_in_the_process_no_thread_slips_in_between_the_look_and_the_count():
    windows = LocalWindows()
    assert race(*[lambda: windows.acquire_entry("crowd", GivingWay(10), 60)] * 40).count(True) == 10


def test_the_process_forgets_callers_who_are_gone(clock):
    windows = LocalWindows(clock=clock)
    for number in range(1000):
        windows.acquire_entry(f"caller {number}", 5, 60)
    windows.acquire_entry("regular", 5, 600)
    clock.now += SWEEP_INTERVAL_S + 1
    windows.acquire_entry("late", 5, 60)
    assert set(windows._windows) == {"regular", "late"}
