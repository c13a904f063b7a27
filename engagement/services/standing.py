"""Counts count people in good standing. When somebody comes into it or out of it, those of what they like follow."""

from django.db import transaction

from config.lib.events import emit
from engagement.events import MarksMiscounted
from engagement.services.kinds import KINDS, MarkKind
from engagement.services.marks import hold_marks, in_standing

BATCH = 1000


@transaction.atomic
def settle_marks(*, user_id: int, batch: int = BATCH) -> int:
    """Correct the counts that a person's new standing has made wrong, at most `batch` of each kind; how many.

    What is left is announced by an event, so that no transaction is long and whatever is interrupted goes on.
    """
    hold_marks(user_id)
    stands = in_standing(user_id)
    settled = sum(settle(kind, user_id=user_id, stands=stands, batch=batch) for kind in KINDS)
    if any(kind.model.objects.by(user_id).miscounted(stands=stands).exists() for kind in KINDS):
        emit(MarksMiscounted(user_id=user_id))
    return settled


def settle(kind: MarkKind, *, user_id: int, stands: bool, batch: int) -> int:
    """Count, or count no longer, some marks of a person; how many. The caller holds the marks."""
    wrong = kind.model.objects.by(user_id).miscounted(stands=stands).order_by("pk")
    found = list(wrong.values_list("pk", f"{kind.model.noun}_id")[:batch])
    kind.model.objects.filter(pk__in=[pk for pk, _ in found]).update(is_counted=stands)
    kind.add([thing_id for _, thing_id in found], 1 if stands else -1)
    return len(found)
