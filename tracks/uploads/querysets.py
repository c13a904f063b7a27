from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from config.lib.viewer import Viewer
from tracks.uploads.choices import UploadState

if TYPE_CHECKING:
    from tracks.uploads.models import Upload  # noqa: F401 -- named in strings below

# There are bytes that nobody has used yet.
WAITING = (UploadState.OPEN, UploadState.COMPLETE)


class UploadQuerySet(QuerySet["Upload"]):
    def visible_to(self, viewer: Viewer) -> "UploadQuerySet":
        """One's own; whoever is not signed in has none."""
        return self.filter(owner_id=viewer.user_id) if viewer.user_id else self.none()

    def waiting(self) -> "UploadQuerySet":
        """Those that hold bytes and are no track yet."""
        return self.filter(state__in=WAITING)

    def overdue(self, *, at: datetime) -> "UploadQuerySet":
        """Those that hold bytes for which nobody has come back in time."""
        return self.waiting().filter(expires_at__lte=at)
