"""The end of an account, app by app from the top down."""

import logging

from django.db import DatabaseError
from django.utils import timezone

from accounts.leaving.services import ERASURES, begin_erasure, finish_erasure
from accounts.models import AccountErasure
from config.composed.privacy import PARTS
from config.lib.errors import DomainError
from config.lib.jobs import Heartbeat, LeaseLost

logger = logging.getLogger(__name__)


def erase_account(*, erasure_id: int) -> bool:
    """Erase an account whose days of grace are over; False when there is nothing to do. What goes wrong is tried again,
    from the beginning: what is gone already costs nothing."""
    erasure = begin_erasure(erasure_id=erasure_id, at=timezone.now())
    if erasure is None:
        return False
    try:
        with Heartbeat(ERASURES, erasure):
            erase_parts(erasure)
    except LeaseLost:
        logger.warning("lease_lost", extra={"erasure_id": erasure.pk, "attempt": erasure.attempt})
    except (OSError, DatabaseError, DomainError):
        logger.exception("erasure_interrupted", extra={"erasure_id": erasure.pk, "attempt": erasure.attempt})
        ERASURES.hand_back(erasure, code="erasure_interrupted", at=timezone.now())
    return True


def erase_parts(erasure: AccountErasure) -> None:
    """Let every app let go. Raises LeaseLost, and what an app cannot do now."""
    for done, part in enumerate(PARTS):
        ERASURES.show(erasure, progress=done / len(PARTS))
        part.erase(erasure.user_id)
    finish_erasure(erasure=erasure, at=timezone.now())


def holdings(user_id: int) -> dict[str, int]:
    """How many rows of each table are a person's."""
    return {table.name: table.of_person(user_id).count() for part in PARTS for table in part.tables}
