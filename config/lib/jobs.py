"""Long work as a row that is its own queue and lease: claimed by one, beaten beside, handed back when the beats stop.

A model is a subclass of `Job`, and its `Line` has the verbs. A task is only a hint that something waits.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import CheckConstraint, F, Q, QuerySet
from django.utils import timezone

from config.lib import advisory, leases
from config.lib.leases import LeaseLost

logger = logging.getLogger(__name__)

# How long a job that is due is left alone before its task is sent again, and how many a sweep sends at most.
RESEND_AFTER = timedelta(seconds=60)
RESEND_MOST = 100
# After trouble the next attempt waits: this long, then twice, four times …
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


class JobState(models.TextChoices):
    """QUEUED waits, until `due_at` at least; FAILED has been tried often enough."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


OPEN = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """One piece of long work. `progress` runs from 0 to 1; `failure_code` says what stopped the last attempt."""

    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    progress = models.FloatField(default=0)
    requested_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="While it waits: when its task is sent, or sent again.")
    heartbeat_at = models.DateTimeField(null=True, blank=True, help_text="While somebody works on it.")
    ended_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)

    class Meta:
        abstract = True
        constraints = [
            CheckConstraint(condition=Q(state__in=JobState.values), name="%(class)s_state_known"),
            CheckConstraint(condition=Q(progress__gte=0, progress__lte=1), name="%(class)s_progress"),
        ]
        indexes = [models.Index(fields=["due_at"], name="%(class)s_open", condition=Q(state__in=OPEN))]


AnyJob = TypeVar("AnyJob", bound=Job)


@dataclass(frozen=True, kw_only=True)
class Line(Generic[AnyJob]):
    """The jobs of one model. `send` tells the workers of one, in the caller's transaction; after `tries` attempts a job
    fails (None: it is tried until it is done)."""

    model: type[AnyJob]
    send: Callable[[AnyJob], None]
    tries: int | None = None

    @property
    def rows(self) -> "QuerySet[AnyJob]":
        return self.model._default_manager.all()  # noqa: SLF001 -- Django's documented name

    @transaction.atomic
    def add(self, job: AnyJob) -> AnyJob:
        """Let a new job wait until it is due; the workers are told of one that is due already."""
        is_due = job.due_at <= job.requested_at
        if is_due:
            job.due_at += RESEND_AFTER
        job.save(force_insert=True)
        if is_due:
            self.send(job)
        return job

    def claim(self, *, pk: int, at: datetime, **conditions: Any) -> AnyJob | None:
        """Take a waiting job for which the conditions hold. Of any number of callers one gets it, the others None."""
        waiting = self.rows.filter(pk=pk, state=JobState.QUEUED, **conditions)
        taken = {"attempt": F("attempt") + 1, "heartbeat_at": at, "progress": 0, "failure_code": ""}
        return self.rows.get(pk=pk) if waiting.update(state=JobState.RUNNING, **taken) else None

    def leased(self, job: AnyJob) -> "QuerySet[AnyJob]":
        """The row of a job as long as whoever claimed that very attempt may work on it."""
        return self.rows.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)

    def show(self, job: AnyJob, *, progress: float) -> None:
        """Write how far the work is. Raises LeaseLost."""
        if not self.leased(job).update(progress=min(1.0, max(0.0, progress))):
            raise LeaseLost

    def finish(self, job: AnyJob, *, at: datetime, **values: Any) -> None:
        """The work is done, with what it gave. Raises LeaseLost."""
        done = {"state": JobState.DONE, "progress": 1, "heartbeat_at": None, "ended_at": at, **values}
        if not self.leased(job).update(**done):
            raise LeaseLost

    def hand_back(self, job: AnyJob, *, code: str, at: datetime, pause: timedelta | None = None) -> bool:
        """Let the job be tried again after a pause that grows, or fail when it was tried often enough; False when the
        lease was lost, and then nothing has changed."""
        pause = pause_after(job.attempt) if pause is None else pause
        changes: dict[str, Any] = {"state": JobState.QUEUED, "due_at": at + pause}
        if self.tries is not None and job.attempt >= self.tries:
            changes = {"state": JobState.FAILED, "ended_at": at}
        facts = {"job": job._meta.label, "pk": job.pk, "attempt": job.attempt, "code": code}  # noqa: SLF001 -- Django's documented name
        logger.warning("job_handed_back", extra=facts)
        return bool(self.leased(job).update(heartbeat_at=None, failure_code=code, **changes))

    def sweep(self, *, at: datetime) -> int:
        """Hand back what has stopped beating and send what is due; how many jobs. Two sweeps at once are one."""
        with advisory.advisory_lock(f"jobs.sweep:{self.model.__name__}") as got:
            if not got:
                return 0
            expired = at - timedelta(seconds=settings.PROCESSING_LEASE_S)
            stopped = self.rows.filter(state=JobState.RUNNING, heartbeat_at__lt=expired)
            handed_back = sum(self.hand_back(job, code="worker_lost", at=at, pause=timedelta()) for job in stopped)
            return handed_back + self.send_due(at=at)

    def send_due(self, *, at: datetime) -> int:
        """Send the tasks of jobs that are due, or whose task the broker may have lost: one too many finds nothing."""
        due = self.rows.filter(state=JobState.QUEUED, due_at__lte=at).order_by("due_at", "pk")
        jobs = list(due.select_for_update(no_key=True, skip_locked=True)[:RESEND_MOST])
        self.rows.filter(pk__in=[job.pk for job in jobs]).update(due_at=at + RESEND_AFTER)
        for job in jobs:
            self.send(job)
        return len(jobs)


def pause_after(attempt: int) -> timedelta:
    """How long a job rests that was tried so often."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(max(0, attempt - 1), 20)))


class Heartbeat(leases.Heartbeat, Generic[AnyJob]):
    """The heart of whoever works on a job."""

    def __init__(self, line: Line[AnyJob], job: AnyJob) -> None:
        super().__init__(name=f"heartbeat-{job._meta.model_name}-{job.pk}")  # noqa: SLF001 -- Django's documented name
        self.line = line
        self.job = job

    def beat(self) -> bool:
        return bool(self.line.leased(self.job).update(heartbeat_at=timezone.now()))
