from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from engagement.plays import heat
from engagement.plays.choices import Outcome
from engagement.plays.models import Play
from engagement.plays.rule import Case, Progress, hear, is_enough, outcome_of
from engagement.plays.services.claims import hold_claim, settle_claim
from engagement.plays.services.listeners import Caller, Listener, listener_of
from tracks.services.counts import add_play

# Longer than any track, and as long as a listener can be recognised.
LONGEST_SESSION = timedelta(days=2)


@dataclass(frozen=True)
class Beat:
    """Where the listener is, how much of the sound they have heard in this session, and whether that was all of it."""

    position_ms: int
    listened_ms: int
    ended: bool = False


@transaction.atomic
def beat_play(*, play_id: UUID, caller: Caller, beat: Beat, at: datetime) -> Outcome:
    """Somebody has gone on listening; what the play is by now. Only who began it can tell of it.

    What they say is believed as far as there was time for it by this server's clock. The moment enough was heard, the
    rule decides, once and for all. The same beat again changes nothing. Raises Play.DoesNotExist.
    """
    listener = listener_of(caller, at=at)
    play = Play.objects.named(play_id).select_for_update(no_key=True).get()
    if not is_of(play, listener) or at - play.created_at > LONGEST_SESSION:
        raise Play.DoesNotExist
    after = progress(play, beat=beat, at=at)
    changes = told(play, beat=beat, after=after, at=at)
    if play.reached_at is None:
        changes |= judged(play, listener=listener, after=after, at=max(at, play.beat_at))
    Play.objects.named(play_id).update(**changes)
    if changes.get("outcome") == Outcome.COUNTED:
        add_play(track_id=play.track_id, at=changes["reached_at"])
    return Outcome(changes.get("outcome", play.outcome))


def is_of(play: Play, listener: Listener) -> bool:
    """Whether this listener began it: the same person, or still the same hash."""
    return bytes(play.listener) in listener.keys or (play.person_id is not None and play.person_id == listener.user_id)


def progress(play: Play, *, beat: Beat, at: datetime) -> Progress:
    """What is believed of a beat."""
    before = Progress(listened_ms=play.listened_ms, heard_ms=play.heard_ms, refused_ms=play.refused_ms)
    return hear(
        before,
        said_ms=beat.listened_ms,
        duration_ms=play.duration_ms,
        since_beat=at - play.beat_at,
        since_start=at - play.created_at,
    )


def told(play: Play, *, beat: Beat, after: Progress, at: datetime) -> dict[str, Any]:
    """What a beat changes in any case."""
    position_ms = min(beat.position_ms, play.duration_ms)
    bits = heat.move(
        heat.Bits(heat.read(play.heard_bits), heat.read(play.skipped_bits), heat.read(play.replayed_bits)),
        from_ms=play.position_ms,
        to_ms=position_ms,
        heard_ms=after.heard_ms - play.heard_ms,
        duration_ms=play.duration_ms,
    )
    return {
        "position_ms": position_ms,
        "listened_ms": after.listened_ms,
        "heard_ms": after.heard_ms,
        "refused_ms": after.refused_ms,
        "beat_at": max(at, play.beat_at),
        "ended_at": play.ended_at or (at if beat.ended else None),
        "heard_bits": heat.stored(bits.heard),
        "skipped_bits": heat.stored(bits.skipped),
        "replayed_bits": heat.stored(bits.replayed),
        "settled": False,
    }


def judged(play: Play, *, listener: Listener, after: Progress, at: datetime) -> dict[str, Any]:
    """What the rule makes of a play that nothing was decided of yet.

    A play that repeats one from before midnight goes under the same name as that one, so that whoever counts again
    finds them together.
    """
    key = bytes(play.listener)
    case = Case(key, play.barred, play.duration_ms, after.heard_ms, after.refused_ms, at)
    enough = is_enough(heard_ms=after.heard_ms, duration_ms=play.duration_ms)
    if play.barred or not enough:
        return {"outcome": outcome_of(case, last_counted=None), "reached_at": at if enough else None}
    claim = hold_claim(track_id=play.track_id, subject=listener.subject_of(key), key=key, at=at)
    case = Case(key, play.barred, play.duration_ms, after.heard_ms, after.refused_ms, claim.at)
    outcome = outcome_of(case, last_counted=claim.counted_at)
    counted = outcome is Outcome.COUNTED
    settle_claim(claim, counted=counted, key=key)
    return {"outcome": outcome, "reached_at": claim.at, "listener": key if counted else claim.key}
