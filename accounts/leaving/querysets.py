from typing import TYPE_CHECKING

from django.db.models import QuerySet

from config.lib.viewer import Viewer

if TYPE_CHECKING:
    from accounts.leaving.models import AccountExport  # noqa: F401 -- named in strings below


class ExportQuerySet(QuerySet["AccountExport"]):
    def visible_to(self, viewer: Viewer) -> "ExportQuerySet":
        """One's own; whoever is not signed in has none."""
        return self.filter(user_id=viewer.user_id) if viewer.user_id else self.none()
