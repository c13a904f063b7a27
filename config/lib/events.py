"""What happened, as a frozen dataclass; what then follows stands in `config/event_routes.py`."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from celery import Task
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Ids and facts of something that has happened; the name is a past participle."""


def emit(event: Event) -> None:
    """Let the consequences of `event` follow once the caller's transaction has committed, and never if it has not."""
    transaction.on_commit(partial(dispatch, event), robust=True)


def dispatch(event: Event) -> None:
    """Hand the event to each task of its route. A broker that does not answer is logged; rows keep what is due."""
    routes: Mapping[type[Event], tuple[Task[..., Any], ...]] = import_string(settings.EVENT_ROUTES)
    for task in routes[type(event)]:
        try:
            task.apply_async(kwargs=asdict(event))
        except task.OperationalError:
            logger.exception("event_not_sent", extra={"event_type": type(event).__name__, "task": task.name})
