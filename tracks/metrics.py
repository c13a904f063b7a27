"""What an operator watches of the work on sounds."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone
from prometheus_client import Histogram, Metric
from prometheus_client.core import GaugeMetricFamily

from tracks.audio.errors import AudioRefused
from tracks.choices import StageName, State
from tracks.queries import queue, sounds_by_state

STAGE_SECONDS = Histogram(
    "earshot_processing_stage_seconds",
    "Time of one stage of the work on a sound: done, refused (the file is no good) or failed (to be tried again).",
    ["stage", "outcome"],
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200),
)
QUEUE_SECONDS = Histogram(
    "earshot_processing_queue_seconds",
    "Time from an upload to the beginning of the work on it.",
    buckets=(0.5, 1, 5, 15, 60, 300, 1800, 7200),
)


@contextmanager
def timed(stage: StageName) -> Iterator[None]:
    """Time one stage of the work, however it ends."""
    begun = time.perf_counter()
    outcome = "failed"
    try:
        yield
        outcome = "done"
    except AudioRefused:
        outcome = "refused"
        raise
    finally:
        STAGE_SECONDS.labels(stage.value, outcome).observe(time.perf_counter() - begun)


def waiting_sounds() -> Iterator[Metric]:
    """The queue."""
    known = queue(at=timezone.now())
    yield GaugeMetricFamily("earshot_sounds_waiting", "Sounds that wait for a worker.", value=known.waiting)
    wait = known.longest_wait.total_seconds()
    yield GaugeMetricFamily("earshot_sounds_longest_wait_seconds", "Age of the first sound in the queue.", value=wait)


def sounds() -> Iterator[Metric]:
    """Sounds by state."""
    known = sounds_by_state()
    family = GaugeMetricFamily("earshot_sounds", "Sounds by state.", labels=["state"])
    for state in State:
        family.add_metric([state.value], known.get(state, 0))
    yield family
