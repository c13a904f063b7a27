"""The log of what happened and of what is still to follow, answers that may be asked for twice, and what became of
stored objects. No app and no library is imported here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Xid8Field(models.Field):  # type: ignore[type-arg]  # not generic at run time
    """A PostgreSQL transaction id, 64 bits wide: it never wraps around."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class DomainEvent(models.Model):
    """Something that happened, written in the transaction that made it so. Append-only; a partition a day.

    `(xid, id)` orders the log: ids are given before commits, so that by id alone a reader passes events whose
    transaction commits late. Below the snapshot's xmin nothing can appear any more.
    """

    no_pii = "ids and facts; erased with their day"

    created_at = models.DateTimeField(db_default=Now())
    xid = Xid8Field()
    type = models.CharField(max_length=80)
    payload = models.JSONField()
    topics = ArrayField(models.CharField(max_length=60))
    request_id = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class EventDelivery(models.Model):
    """That one consequence of an event is due, was done, or is parked. A partition a day, like its event."""

    no_pii = "ids and times"

    created_at = models.DateTimeField()
    event_id = models.BigIntegerField()
    route = models.CharField(max_length=100)
    payload = models.JSONField()
    request_id = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(db_default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True, db_default="")

    class Meta:
        verbose_name_plural = "event deliveries"

    def __str__(self) -> str:
        return f"{self.route} for event {self.event_id}"


class IdempotencyKey(models.Model):
    """The answer to a request whose sender may send it again, kept for a day under the key that the sender chose.

    The row is written in the transaction of the effect, so that neither can be without the other. `caller` is who the
    database can tell apart: `user:7`, or `address:192.0.2.7` where nobody signs in. The answer is empty only within the
    transaction that took the key. It stands here in clear text: answers with secrets of their own (tokens, links that
    open a door) are never kept; `config.lib.idempotency` refuses what says `no-store` or sets cookies.
    """

    pii = {"caller", "headers", "body"}

    caller = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="one_answer_a_key")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.key} of {self.caller}"


class Removal(models.Model):
    """That stored objects were removed: what, why, on whose behalf, when. Insert-only, which a trigger sees to."""

    no_pii = "names that the server made, and ids"

    prefix = models.CharField(max_length=255, help_text="All below it, or the object of that name.")
    reason = models.CharField(max_length=60)
    by = models.CharField(max_length=60, help_text="`user:7`, or the job that did it.")
    request_id = models.CharField(max_length=64, blank=True)
    removed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["prefix"], name="removal_of_prefix")]

    def __str__(self) -> str:
        return f"{self.prefix} ({self.reason})"


class Reconciliation(models.Model):
    """One comparison of what is stored with what rows say: how much was seen, what differed, what was removed."""

    no_pii = "numbers"

    by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    objects_seen = models.PositiveBigIntegerField()
    bytes_seen = models.PositiveBigIntegerField()
    orphans = models.PositiveBigIntegerField(help_text="Objects that no row owns.")
    removed = models.PositiveBigIntegerField(help_text="How many of them were removed.")
    missing = models.PositiveBigIntegerField(help_text="Objects that rows need and that are not there.")
    strangers = models.PositiveBigIntegerField(help_text="Folders of which nobody knows anything.")

    class Meta:
        indexes = [models.Index(fields=["-started_at"], name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.left} differences at {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def left(self) -> int:
        """The differences that nobody has put right in that run."""
        return self.orphans - self.removed + self.missing + self.strangers
