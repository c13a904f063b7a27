"""Work in the background. `celery -A config worker`, `celery -A config beat`."""

import os
from collections.abc import Mapping
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_ready
from django.conf import settings

from config.lib import (
    metrics,
    tasks,  # noqa: F401 -- its signals stand around every task
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("earshot")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def audio_queue(name: str, args: object, kwargs: Mapping[str, Any], *_: object, **__: object) -> dict[str, str] | None:
    """The queue of a task that works on sound, by the lane of the sound; None for every other task."""
    if name != "tracks.process_sound":
        return None
    return {"queue": settings.AUDIO_QUEUES[kwargs.get("lane", "short")]}


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Django has configured structured logs already; Celery is not to replace them."""


@worker_ready.connect
def answer_scrapes(**_: object) -> None:
    """A worker answers no requests; where it has an address for it, it tells its figures there."""
    if settings.METRICS_ADDRESS:
        metrics.serve(settings.METRICS_ADDRESS)
