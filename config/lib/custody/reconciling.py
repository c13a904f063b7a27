"""The daily look at both sides, and the row that keeps its result."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from config.lib import advisory
from config.lib.custody import Difference, Missing, Orphans, Shelf
from config.lib.custody.comparing import Tally, differences
from config.lib.custody.removing import remove_orphans
from config.models import Reconciliation

logger = logging.getLogger(__name__)

# Younger objects may belong to a row that is about to be written.
OLD_ENOUGH = timedelta(days=1)
LOCK = "custody.reconcile"

Act = Callable[[Difference], int]


class ReconcilingAlready(Exception):
    """Another process is at it."""


def only_look(difference: Difference) -> int:
    """Leave a difference as it is."""
    return 0


def removing(*, by: str, at: datetime) -> Act:
    """Remove what nobody owns; what is missing or strange is for a person."""

    def act(difference: Difference) -> int:
        return remove_orphans(difference, by=by, at=at) if isinstance(difference, Orphans) else 0

    return act


def reconcile(
    *,
    shelves: Iterable[Shelf],
    act: Act,
    by: str,
    at: datetime,
    older_than: timedelta = OLD_ENOUGH,
    tell: Callable[[Difference], object] = lambda _: None,
) -> Reconciliation:
    """Compare both sides, `tell` and `act` on each difference; the result, which is not saved.

    Two at once are one: raises ReconcilingAlready. It may take hours, and holds no transaction meanwhile.
    """
    with advisory.session_lock(LOCK) as got:
        if not got:
            raise ReconcilingAlready
        result = Reconciliation(by=by, started_at=at, orphans=0, removed=0, missing=0, strangers=0)
        tally = Tally()
        for difference in differences(shelves, before=at - older_than, tally=tally):
            tell(difference)
            count(result, difference)
            result.removed += act(difference)
        result.objects_seen, result.bytes_seen, result.finished_at = tally.objects, tally.bytes, timezone.now()
        return result


def count(result: Reconciliation, difference: Difference) -> None:
    """Add a difference to the result."""
    if isinstance(difference, Orphans):
        result.orphans += len(difference.objects)
    elif isinstance(difference, Missing):
        result.missing += 1
    else:
        result.strangers += 1


def reconcile_daily(*, shelves: Iterable[Shelf], at: datetime) -> int:
    """What beat does: remove orphans of a day and more, and keep the result; the differences that are left."""
    by = "beat"
    try:
        result = reconcile(shelves=shelves, act=removing(by=by, at=at), by=by, at=at, tell=log)
    except ReconcilingAlready:
        return 0
    keep_result(result)
    return result.left


def keep_result(result: Reconciliation) -> None:
    """Save it for the doctor."""
    result.save(force_insert=True)


def log(difference: Difference) -> None:
    """A line for each."""
    logger.warning("custody_difference", extra={"difference": str(difference)})
