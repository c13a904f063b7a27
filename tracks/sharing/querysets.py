from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from config.lib.grants import Grant

CARD_COLUMNS = (
    "id",
    "label",
    "sealed_token",
    "password",
    "permission",
    "expires_at",
    "max_uses",
    "uses",
    "created_at",
    "last_opened_at",
)
ENDLESS = Q(expires_at__isnull=True)
LEFT = Q(max_uses__isnull=True) | Q(uses__lt=F("max_uses"))


class ShareLinkQuerySet(QuerySet[Any]):
    """What links of every kind have in common."""

    def granting(self, grant: Grant, *, thing: str) -> "ShareLinkQuerySet":
        """The link that a grant was given by, as long as it is there and not over; `thing` is the column that names
        what it leads to. The clock is the database's: a grant comes from anywhere and brings none."""
        bound = {"pk": grant.link_id, "permission": grant.permission, f"{thing}_id": grant.object_id}
        return self.filter(ENDLESS | Q(expires_at__gt=Now()), **bound)

    def openable(self, *, at: datetime) -> "ShareLinkQuerySet":
        """Neither over nor used up."""
        return self.filter(ENDLESS | Q(expires_at__gt=at), LEFT)

    def for_card(self) -> Any:
        """The rows that `share_link_card` reads."""
        return self.values(*CARD_COLUMNS)
