from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.leaving.capabilities import seal_export
from accounts.models import AccountErasure, AccountExport
from config.lib.jobs import JobState

STATES = {JobState.DONE.value: "ready"}


def export_card(export: AccountExport, *, at: datetime) -> dict[str, Any]:
    """An export, to the person whose it is; a finished one with an address that is good for an hour."""
    url, good_until = None, None
    if export.state == JobState.DONE:
        capability, good_until = seal_export(export, at=at)
        url = f"{settings.SITE_URL}/media/{capability}/export"
    return {
        "id": export.pk,
        "state": STATES.get(export.state, export.state),
        "progress": round(export.progress, 3),
        "requested_at": export.requested_at,
        "ready_at": export.ended_at if export.state == JobState.DONE else None,
        "expires_at": export.expires_at,
        "bytes": export.bytes,
        "sha256": export.sha256 or None,
        "error_code": export.failure_code if export.state == JobState.FAILED else None,
        "download_url": url,
        "download_expires_at": good_until,
    }


def erasure_card(erasure: AccountErasure) -> dict[str, Any]:
    """When a person who is leaving will be gone."""
    return {"requested_at": erasure.requested_at, "erase_at": erasure.erase_at}
