"""Where along a track people listen, skip and hear again: a track is cut into equal pieces, and a play has a bit for
each. Bits of a play are an integer, the first piece its lowest bit; stored as bytes, the lowest first."""

from dataclasses import dataclass

PIECES = 200
STORED_BYTES = PIECES // 8
# A beat is on its way for a moment: what lies so near to where the last one was goes on from there.
TOLERANCE_MS = 1_500


@dataclass(frozen=True)
class Bits:
    heard: int = 0
    skipped: int = 0
    replayed: int = 0


def piece_of(position_ms: int, *, duration_ms: int) -> int:
    """The piece that a moment lies in; the end lies in the last one."""
    return max(0, min(PIECES - 1, position_ms * PIECES // max(1, duration_ms)))


def between(first: int, last: int) -> int:
    """Bits of the pieces from the first to the last, both included; none where they are the wrong way round."""
    return ((1 << (last - first + 1)) - 1) << first if first <= last else 0


def move(bits: Bits, *, from_ms: int, to_ms: int, heard_ms: int, duration_ms: int) -> Bits:
    """The bits after a beat: it was at `from_ms`, is at `to_ms`, and so much was heard in between.

    Where the distance is not what was heard, somebody jumped, and what was heard lies behind the jump. Forward, what
    was jumped over is skipped, but for the pieces at both ends. What was heard before and is heard now is heard again.
    """
    begun_ms = max(0, to_ms - heard_ms)
    if abs(begun_ms - from_ms) <= TOLERANCE_MS:
        begun_ms = min(from_ms, to_ms)
    origin = piece_of(from_ms, duration_ms=duration_ms)
    first, last = piece_of(begun_ms, duration_ms=duration_ms), piece_of(to_ms, duration_ms=duration_ms)
    heard = between(first, last) if heard_ms > 0 else 0
    goes_on = 1 << origin if first == origin else 0
    return Bits(
        heard=bits.heard | heard,
        skipped=bits.skipped | between(origin + 1, first - 1),
        replayed=bits.replayed | (bits.heard & heard & ~goes_on),
    )


def stored(bits: int) -> bytes:
    return bits.to_bytes(STORED_BYTES, "little")


def read(kept: bytes | memoryview) -> int:
    return int.from_bytes(bytes(kept), "little")
