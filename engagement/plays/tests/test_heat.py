"""Beats become bits of pieces: a table of ways to move along a track of 200 seconds, a piece a second."""

import pytest

from engagement.plays.heat import Bits, between, move, piece_of, read, stored

LENGTH_MS = 200_000


@pytest.mark.parametrize(
    ("from_s", "to_s", "heard_s", "heard", "skipped"),
    [
        (0, 15, 15, (0, 15), None),  # goes on
        (0, 15, 14, (0, 15), None),  # the beat was a moment late
        (10, 40, 0, None, (11, 39)),  # jumps
        (10, 60, 10, (50, 60), (11, 49)),  # jumps, and hears what is there
        (60, 20, 10, (10, 20), None),  # jumps back
        (10, 10, 0, None, None),  # stands
        (5, 2, 8, (0, 2), None),  # says more than fits
        (190, 200, 10, (190, 199), None),  # the end
    ],
)
def test_where_somebody_moves(from_s, to_s, heard_s, heard, skipped):
    ways = {"from_ms": from_s * 1000, "to_ms": to_s * 1000, "heard_ms": heard_s * 1000}
    moved = move(Bits(), **ways, duration_ms=LENGTH_MS)
    assert moved == Bits(heard=between(*heard) if heard else 0, skipped=between(*skipped) if skipped else 0)


def test_what_is_heard_twice_is_replayed_but_not_where_it_just_goes_on():
    bits = Bits()
    for from_s, to_s, heard_s in ((0, 10, 10), (10, 20, 10), (20, 5, 0), (5, 12, 7)):
        bits = move(bits, from_ms=from_s * 1000, to_ms=to_s * 1000, heard_ms=heard_s * 1000, duration_ms=LENGTH_MS)
    assert bits == Bits(heard=between(0, 20), skipped=0, replayed=between(6, 12))


def test_every_moment_has_its_piece():
    assert [piece_of(ms, duration_ms=0) for ms in (0, 1)] == [0, 199]
    assert [piece_of(ms, duration_ms=LENGTH_MS) for ms in (0, 999, 1000, 199_999, 200_000, 900_000)] == [
        0, 0, 1, 199, 199, 199,
    ]  # fmt: skip


def test_bits_are_kept_as_they_are():
    bits = between(0, 3) | between(198, 199)
    assert read(stored(bits)) == bits
    assert len(stored(bits)) == 25
