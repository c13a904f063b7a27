"""What somebody has heard is theirs to look at and to take back: then the ledger keeps the play, and not whose it was.
Counts and figures stay as they are."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from config.lib.events import emit
from engagement.plays.events import HistoryCleared
from engagement.plays.models import HistoryClearing, Play
from engagement.plays.services.claims import drop_claims_of

BATCH = 1_000
# Later than any play that there is.
AHEAD = timedelta(days=1)


@transaction.atomic
def clear_history(*, user_id: int, at: datetime) -> None:
    """Show nothing any more of what a person has heard until now. The rows let go of them a little later."""
    HistoryClearing.objects.update_or_create(person_id=user_id, defaults={"cleared_at": at})
    emit(HistoryCleared(user_id=user_id, before=at.isoformat()))


def forget_play(*, user_id: int, play_id: UUID) -> None:
    """Let one play go of its listener. Twice is once."""
    Play.objects.named(play_id).filter(person_id=user_id).update(person=None)


def detach_plays(*, user_id: int, before: datetime) -> int:
    """Let what a person began to hear until then go of them; how many. Twice is once."""
    return detach(Play.objects.filter(person_id=user_id, created_at__lte=before))


def detach(plays: "QuerySet[Play]") -> int:
    """Let these go of their person, so many at a time that no statement lasts long."""
    some = plays.order_by("created_at").values_list("created_at", flat=True)
    gone = 0
    while found := list(some[:BATCH]):
        gone += plays.filter(created_at__lte=found[-1]).update(person=None)
    return gone


def erase_plays(*, user_id: int, at: datetime) -> None:
    """A person is erased: what they heard stays counted, and nothing leads from it to them. Twice is once."""
    detach_plays(user_id=user_id, before=at + AHEAD)
    HistoryClearing.objects.filter(person_id=user_id).delete()
    drop_claims_of(user_id=user_id)


def drop_plays(*, track_id: int) -> int:
    """A track is gone for good, and with it what was heard of it; how many plays. Twice is once."""
    plays = Play.objects.filter(track_id=track_id)
    some = plays.order_by("created_at").values_list("created_at", flat=True)
    gone = 0
    while found := list(some[:BATCH]):
        gone += plays.filter(created_at__lte=found[-1]).delete()[0]
    return gone
