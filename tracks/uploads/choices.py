from django.db.models import TextChoices


class Protocol(TextChoices):
    """How the bytes come: through this server (tus 1.0), or straight into the bucket (S3 multipart)."""

    TUS = "tus"
    S3 = "s3"


class UploadState(TextChoices):
    """OPEN takes bytes; COMPLETE is stored and immutable; USED is the sound of a track. The others are over."""

    OPEN = "open"
    COMPLETE = "complete"
    USED = "used"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUSED = "refused"
