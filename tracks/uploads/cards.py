from typing import Any

from django.conf import settings

from tracks.uploads.choices import Protocol
from tracks.uploads.models import Upload
from tracks.uploads.parts import part_size, parts_count


def upload_card(upload: Upload) -> dict[str, Any]:
    """What its owner reads of an upload."""
    direct = upload.protocol == Protocol.S3
    return {
        "id": upload.pk,
        "protocol": upload.protocol,
        "state": upload.state,
        "url": f"{settings.SITE_URL}{upload.path}",
        "filename": upload.filename,
        "size": upload.size,
        "content_type": upload.content_type,
        "sha256": upload.sha256 or None,
        "part_size": part_size(upload.size) if direct else None,
        "parts_count": parts_count(upload.size) if direct else None,
        "track_id": upload.sound.track_id if upload.sound else None,
        "created_at": upload.created_at,
        "expires_at": upload.expires_at,
    }
