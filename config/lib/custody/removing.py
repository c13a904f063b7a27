"""Stored objects go, and a row that nobody changes any more says what, why, on whose behalf and when."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from config.lib import storage
from config.lib.custody import NO_CLAIM, Orphans
from config.lib.requests import current_request_id
from config.models import Removal

logger = logging.getLogger(__name__)

ORPHANED = "orphaned"


def record_removal(*, prefix: str, reason: str, by: str, at: datetime | None = None) -> Removal:
    """Write down that what is stored below `prefix` goes. `by`: `user:7`, or the job that does it."""
    logger.info("objects_removed", extra={"prefix": prefix, "reason": reason, "by": by})
    return Removal.objects.create(
        prefix=prefix, reason=reason, by=by, request_id=current_request_id(), removed_at=at or timezone.now()
    )


def remove_after_commit(*, prefix: str, reason: str, by: str) -> None:
    """With the caller's transaction the record; after its commit the objects. What a kill in between leaves behind is
    an orphan, and the record tells why."""
    record_removal(prefix=prefix, reason=reason, by=by)
    transaction.on_commit(partial(storage.delete_folder, prefix=prefix), robust=True)


def remove_now(*, prefix: str, reason: str, by: str) -> None:
    """The record, then the objects: for what nobody can open any more, while its row still tells that it is there."""
    record_removal(prefix=prefix, reason=reason, by=by)
    storage.delete_folder(prefix=prefix)


def remove_orphans(orphans: Orphans, *, by: str, at: datetime) -> int:
    """Remove what still has no owner, and say so first; the number of objects."""
    claim = orphans.shelf.claims({orphans.name}).get(orphans.name, NO_CLAIM)
    ownerless = [found for found in orphans.objects if not claim.covers(found.key)]
    if ownerless:
        record_removal(prefix=f"{orphans.shelf.root}/{orphans.name}", reason=ORPHANED, by=by, at=at)
    for found in ownerless:
        orphans.shelf.remove(found.key)
    return len(ownerless)
