"""One listener counts once within an hour: who has heard enough holds the row of their claim on the track, so that of
two plays at the same moment one waits for what becomes of the other."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from engagement.plays.models import PlayClaim
from engagement.plays.services.listeners import person_subject

# Longer than a claim says anything, by more than clocks of servers differ.
KEPT_FOR = timedelta(hours=3)
MOMENT = timedelta(microseconds=1)

# A change that changes nothing, so that the row is held and read in one statement, whether it was there or not.
HOLD = (
    "INSERT INTO engagement_playclaim (track_id, subject, listener, judged_at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (track_id, subject) DO UPDATE SET subject = excluded.subject"
    " RETURNING id, listener, counted_at, judged_at, xmax = 0"
)


@dataclass(frozen=True)
class Claim:
    """`key`: what the ledger calls the listener in the play that counted last. `at`: the moment of this judgement,
    which is later than that of any before, whatever the clocks say: what is counted again goes by it."""

    id: int
    key: bytes
    counted_at: datetime | None
    at: datetime


def hold_claim(*, track_id: int, subject: bytes, key: bytes, at: datetime) -> Claim:
    """The claim of a listener on a track, held until the transaction ends; `key` is what the ledger calls them now."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [track_id, subject, key, at])
        claim_id, kept, counted_at, judged_at, is_new = cursor.fetchone()
    return Claim(claim_id, bytes(kept), counted_at, at if is_new else max(at, judged_at + MOMENT))


def settle_claim(claim: Claim, *, counted: bool, key: bytes) -> None:
    """Write what became of it."""
    values = {"counted_at": claim.at, "listener": key} if counted else {}
    PlayClaim.objects.filter(pk=claim.id).update(judged_at=claim.at, **values)


def forget_claims(*, at: datetime) -> int:
    """Delete what says nothing any more; how many."""
    return PlayClaim.objects.filter(judged_at__lt=at - KEPT_FOR).delete()[0]


def drop_claims_of(*, user_id: int) -> None:
    """A person is erased."""
    PlayClaim.objects.filter(subject=person_subject(user_id)).delete()
