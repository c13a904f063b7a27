"""Places in an order, as whole numbers with room between them (ADR 0031). Pure functions: no rows."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

# Of the 2**63 numbers either side of 0: two thousand million moves to the front, and 32 halvings of one gap.
GAP = 1 << 32
FURTHEST = 1 << 62


def between(before: int | None, after: int | None) -> int | None:
    """A rank between two neighbours (None: an end of the order); None where there is no room."""
    rank = middle(before, after)
    low, high = -FURTHEST if before is None else before, FURTHEST if after is None else after
    return rank if low < rank < high else None


def middle(before: int | None, after: int | None) -> int:
    """What lies half way between two neighbours, or a gap beyond the one that there is."""
    if before is not None and after is not None:
        return (before + after) // 2
    if after is not None:
        return after - GAP
    return 0 if before is None else before + GAP


def spread(count: int) -> list[int]:
    """Ranks for so many, with all the room there is between them."""
    return [place * GAP for place in range(count)]


def changed_ranks(ranks: Sequence[int]) -> dict[int, int]:
    """What has to change for ranks, told in the order that is wished, to ascend: index -> new rank.

    The longest run of them that ascends already stays as it is, so that a track that is moved costs one row however
    many there are; where a gap has no room for what comes into it, all are spread anew.
    """
    kept = longest_ascending(ranks)
    moved: dict[int, int] = {}
    ends = [-1, *kept, len(ranks)]
    for left, right in pairwise(ends):
        count = right - left - 1
        if not count:
            continue
        room = ranks_between(
            ranks[left] if left >= 0 else None, ranks[right] if right < len(ranks) else None, count=count
        )
        if room is None:
            return {index: rank for index, rank in enumerate(spread(len(ranks))) if ranks[index] != rank}
        moved |= dict(zip(range(left + 1, right), room, strict=True))
    return moved


def ranks_between(before: int | None, after: int | None, *, count: int) -> list[int] | None:
    """So many ranks between two neighbours, evenly; None where there is no room."""
    if before is None and after is None:
        return spread(count)
    if after is None:
        found = [int(before or 0) + GAP * step for step in range(1, count + 1)]
    elif before is None:
        found = [after - GAP * step for step in range(count, 0, -1)]
    else:
        step = (after - before) // (count + 1)
        return [before + step * place for place in range(1, count + 1)] if step else None
    return found if max(map(abs, found)) < FURTHEST else None


def longest_ascending(numbers: Sequence[int]) -> list[int]:
    """Indexes of one of the longest runs that ascend (patience sorting, O(n log n))."""
    tails: list[int] = []  # the last number of the best run of each length
    last: list[int] = []  # its index
    earlier: list[int] = []  # for each index: the one before it in its run, or -1
    for index, number in enumerate(numbers):
        length = bisect_left(tails, number)
        earlier.append(last[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        last[length : length + 1] = [index]
    run, index = [], last[-1] if last else -1
    while index >= 0:
        run.append(index)
        index = earlier[index]
    return run[::-1]
