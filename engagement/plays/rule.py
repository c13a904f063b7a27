"""What counts as a play: the rule that docs/plays.md tells in words. Plain functions of what rows say, used while
people listen and by `manage.py plays recount` alike. Times are the server's; durations in milliseconds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from engagement.plays.choices import Outcome

ENOUGH_MS = 30_000
AGAIN_AFTER = timedelta(hours=1)
# Nobody hears faster than this many times the speed of the sound.
FASTEST = 2
GRACE_MS = 1_000
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Progress:
    """How much the client says was heard, how much of it is believed, and how much is not."""

    listened_ms: int = 0
    heard_ms: int = 0
    refused_ms: int = 0


@dataclass(frozen=True)
class Case:
    """What the rule looks at. `at`: when enough was heard, or else when the play was last told of."""

    listener: bytes
    barred: str
    duration_ms: int
    heard_ms: int
    refused_ms: int
    at: datetime


def needed_ms(duration_ms: int) -> int:
    """How much of a track has to be heard: 30 seconds, or half of it where that is less."""
    return min(ENOUGH_MS, (duration_ms + 1) // 2)


def audible_ms(elapsed: timedelta, *, duration_ms: int) -> int:
    """The most that can be heard in that time, with a little grace for the way; a clock that went back stood still."""
    grace = min(GRACE_MS, needed_ms(duration_ms) // 4)
    return FASTEST * max(0, elapsed // MILLISECOND) + grace


def hear(
    before: Progress, *, said_ms: int, duration_ms: int, since_beat: timedelta, since_start: timedelta
) -> Progress:
    """What is believed after the client says that `said_ms` were heard in all.

    Neither since it was last heard of nor since the play began can more be heard than there was time for, so that many
    small lies add up to no more than one. Saying less than before takes nothing back.
    """
    grown = max(0, said_ms - before.listened_ms)
    lately = audible_ms(since_beat, duration_ms=duration_ms)
    in_all = audible_ms(since_start, duration_ms=duration_ms) - before.heard_ms
    heard = max(0, min(grown, lately, in_all))
    return Progress(
        listened_ms=before.listened_ms + grown,
        heard_ms=before.heard_ms + heard,
        refused_ms=before.refused_ms + grown - heard,
    )


def is_enough(*, heard_ms: int, duration_ms: int) -> bool:
    """Whether so much of a track makes a play."""
    return heard_ms >= needed_ms(duration_ms)


def outcome_of(case: Case, *, last_counted: datetime | None) -> Outcome:
    """What becomes of a play, if that was the last time that this listener counted on this track."""
    if case.barred:
        return Outcome(case.barred)
    if not is_enough(heard_ms=case.heard_ms, duration_ms=case.duration_ms):
        said = case.heard_ms + case.refused_ms
        return Outcome.TOO_FAST if is_enough(heard_ms=said, duration_ms=case.duration_ms) else Outcome.TOO_SHORT
    if last_counted is not None and case.at - last_counted < AGAIN_AFTER:
        return Outcome.REPEAT
    return Outcome.COUNTED


def judge(cases: Iterable[Case]) -> Iterator[Outcome]:
    """What becomes of each of the plays of one track, which come by listener, and of each by time."""
    listener, last_counted = b"", None
    for case in cases:
        if case.listener != listener:
            listener, last_counted = case.listener, None
        outcome = outcome_of(case, last_counted=last_counted)
        if outcome is Outcome.COUNTED:
            last_counted = case.at
        yield outcome
