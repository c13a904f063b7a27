from django.conf import settings
from django.db import models
from django.db.models import Q, UniqueConstraint

from accounts.leaving.querysets import ExportQuerySet
from config.lib.jobs import OPEN, Job


class AccountExport(Job):
    """One archive with everything that a person has here; the row is the queue and the lease.

    Attempts store it as `exports/<key>/<attempt>.zip`; the one that came to its end is the archive.
    """

    no_pii = "times and numbers; the archive goes after a week, and with its owner"

    ROOT = "exports"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    bytes = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When the archive is removed.")

    objects = ExportQuerySet.as_manager()

    class Meta(Job.Meta):
        constraints = [
            *Job.Meta.constraints,
            UniqueConstraint(fields=["key"], name="export_key_once"),
            UniqueConstraint(fields=["user"], name="one_export_at_a_time", condition=Q(state__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"export {self.pk} ({self.state})"

    @property
    def folder(self) -> str:
        """Where its attempts are stored."""
        return f"{self.ROOT}/{self.key}"

    @property
    def archive_key(self) -> str:
        """Where the current attempt stores the archive."""
        return f"{self.folder}/{self.attempt}.zip"


class AccountErasure(Job):
    """That an account is to go for good, and how far that is.

    Until `erase_at` its owner may come back, and then the row goes; once begun it is carried to its end, and stays as
    the record of it.
    """

    no_pii = "ids and times"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    erase_at = models.DateTimeField()

    class Meta(Job.Meta):
        constraints = [*Job.Meta.constraints]

    def __str__(self) -> str:
        return f"erasure {self.pk} ({self.state})"


class RetiredName(models.Model):
    """A username that nobody may take again, for the account that had it was erased: a digest, and not whose it was."""

    no_pii = "digests of names that belong to nobody"

    digest = models.CharField(max_length=64, primary_key=True, editable=False)

    def __str__(self) -> str:
        return self.digest
