"""An archive on its way to the person whose it is."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.leaving.capabilities import open_export
from tracks.media import gone, hand_over
from tracks.queries import MediaFile


@require_safe
def download(request: HttpRequest, capability: str) -> HttpResponse:
    """The archive behind an address of `GET me/export/`; asked anew at each request, and kept by nobody on the way."""
    export = open_export(capability, at=timezone.now())
    if export is None or export.ended_at is None:
        return gone("This download is over.")
    filename = f"earshot-{export.user.username}-{export.ended_at:%Y-%m-%d}.zip"
    found = MediaFile(export.archive_key, "application/zip", is_public=False, filename=filename)
    return hand_over(request, found=found, cache_control="private, no-store")
