"""Around every background task: the id of what it follows from, its line in the log, and its figures."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import structlog
from celery import Task, signals, states

from config.lib.metrics import count_task

logger = logging.getLogger("earshot.task")


@signals.task_prerun.connect
def begin(*, task: "Task[..., Any]", task_id: str, kwargs: Mapping[str, Any], **_: object) -> None:
    """Bind the id of the request that this task follows from; work that follows from none is known by its own id."""
    task.request.earshot_tokens = structlog.contextvars.bind_contextvars(request_id=kwargs.get("request_id") or task_id)
    task.request.earshot_begun = time.perf_counter()


@signals.task_postrun.connect
def end(*, task: "Task[..., Any]", kwargs: Mapping[str, Any], retval: object, state: str | None, **_: object) -> None:
    """Write the line and let go of the id. Of what the task was given only the delivery is told."""
    seconds = time.perf_counter() - task.request.earshot_begun
    outcome = (state or "unknown").lower()
    count_task(name=str(task.name), outcome=outcome, seconds=seconds)
    facts = {"task": task.name, "delivery": kwargs.get("delivery"), "outcome": outcome, "ms": round(seconds * 1000, 1)}
    failure = retval if state == states.FAILURE else None
    logger.log(logging.ERROR if failure else logging.INFO, "task", extra=facts, exc_info=failure)
    structlog.contextvars.reset_contextvars(**task.request.earshot_tokens)
