from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from tracks.uploads.choices import Protocol, UploadState
from tracks.uploads.querysets import WAITING, UploadQuerySet


class Upload(models.Model):
    """A file that somebody sends piece by piece. Written by tracks.uploads.services only.

    How many bytes have come says the file (or the bucket), not this row. Complete, they are the object
    `sounds/<key>/original`, which the sound of a track takes over as it is.
    """

    pii = {"filename", "metadata"}

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=32)
    protocol = models.CharField(max_length=3, choices=Protocol.choices)
    state = models.CharField(max_length=9, choices=UploadState.choices, default=UploadState.OPEN)
    filename = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(help_text="Bytes, as announced.")
    content_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="As announced; the worker compares.")
    metadata = models.CharField(max_length=4096, blank=True, help_text="Upload-Metadata, word for word.")
    multipart_id = models.CharField(max_length=1024, blank=True, help_text="The bucket's name for it.")
    sound = models.OneToOneField("tracks.Sound", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it became a track, or its bytes went.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["key"], name="upload_key_once"),
            CheckConstraint(condition=Q(size__gt=0), name="upload_has_size"),
            CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            CheckConstraint(condition=Q(protocol__in=Protocol.values), name="upload_protocol_known"),
            CheckConstraint(
                condition=Q(state=UploadState.USED, sound__isnull=False)
                | (~Q(state=UploadState.USED) & Q(sound__isnull=True)),
                name="upload_used_by_sound",
            ),
            CheckConstraint(
                condition=Q(state__in=WAITING, ended_at__isnull=True)
                | (~Q(state__in=WAITING) & Q(ended_at__isnull=False)),
                name="upload_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="upload_waiting", condition=Q(state__in=WAITING)),
            models.Index(fields=["ended_at"], name="upload_ended", condition=Q(ended_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"upload {self.pk} ({self.state})"

    @property
    def path(self) -> str:
        """Its address in the API."""
        return f"/api/v1/uploads/{self.pk}/"
