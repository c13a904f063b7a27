"""The log of what happened and of what is still to follow, and answers that may be asked for twice. No app and no
library is imported here."""

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
