"""The row of a stored picture, as each app that has pictures makes it a table of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import UniqueConstraint


class StoredPicture(models.Model):
    """A picture: its variants are stored below `ROOT/<key>/`, a name of 128 random bits that never changes meaning."""

    ROOT: ClassVar[str]

    key = models.CharField(max_length=32)
    color = models.CharField(max_length=7)
    placeholder = models.CharField(max_length=800)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True
        constraints = [UniqueConstraint(fields=["key"], name="%(class)s_key_once")]

    def __str__(self) -> str:
        return self.key

    @property
    def folder(self) -> str:
        """Where the variants are stored."""
        return f"{self.ROOT}/{self.key}"
