"""Places in an order: pure, and against the plain way of doing it."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlists.ranks import FURTHEST, GAP, between, changed_ranks, longest_ascending, ranks_between, spread


@pytest.mark.parametrize(
    ("before", "after", "rank"),
    [
        (None, None, 0),
        (None, 0, -GAP),
        (0, None, GAP),
        (0, GAP, GAP // 2),
        (-2, 0, -1),
        (0, 1, None),
        (None, -FURTHEST, None),
        (FURTHEST, None, None),
    ],
)
def test_between(before, after, rank):
    assert between(before, after) == rank


@pytest.mark.parametrize(
    ("before", "after", "count", "ranks"),
    [
        (None, None, 2, [0, GAP]),
        (0, None, 2, [GAP, 2 * GAP]),
        (None, 0, 2, [-2 * GAP, -GAP]),
        (0, 9, 2, [3, 6]),
        (0, 2, 2, None),
        (FURTHEST, None, 1, None),
    ],
)
def test_ranks_between(before, after, count, ranks):
    assert ranks_between(before, after, count=count) == ranks


RANKS = st.lists(st.integers(-(2**40), 2**40), unique=True, max_size=40)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is slow, not wrong
@given(RANKS)
def test_changed_ranks_ascend_and_are_few(ranks):
    """As many rows are written as are not part of one of the longest runs that ascend, or all are spread anew."""
    changes = changed_ranks(ranks)
    after = [changes.get(index, rank) for index, rank in enumerate(ranks)]
    assert all(low < high for low, high in pairwise(after))
    assert len(changes) == len(ranks) - len(longest_ascending(ranks)) or after == spread(len(ranks))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 30), unique=True, max_size=9))
def test_longest_ascending_is_the_longest(numbers):
    run = longest_ascending(numbers)
    assert [numbers[index] for index in run] == sorted(numbers[index] for index in run)
    best = [1] * len(numbers)
    for index, number in enumerate(numbers):
        best[index] = 1 + max((best[i] for i in range(index) if numbers[i] < number), default=0)
    assert len(run) == max(best, default=0)


def test_one_that_moves_to_the_front_costs_one_row():
    ranks = spread(1000)
    assert changed_ranks([ranks[-1], *ranks[:-1]]) == {0: -GAP}


def test_a_gap_without_room_spreads_all_anew():
    assert changed_ranks([0, 5, 1]) == {1: GAP, 2: 2 * GAP}
