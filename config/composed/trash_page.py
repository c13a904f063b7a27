"""Where people bring back what they threw away, or let it go for good. Its buttons speak to the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Session
from config.composed.own_pages import own_page
from config.composed.trash import KEPT_FOR, ORDERING, rows_of, trash_card
from config.lib.viewer import Viewer

MOST_ROWS = 100


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """One's own trash, for the signed in."""
    return own_page(request, "trash", context_of)


def context_of(session: Session) -> dict[str, Any]:
    """What was thrown away last; one query."""
    rows = rows_of(Viewer(user=session.user), ordering=ORDERING, values=(), most=MOST_ROWS)
    return {"entries": [with_paths(trash_card(row)) for row in rows], "days": KEPT_FOR.days, "most": MOST_ROWS}


def with_paths(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry, and where its buttons call."""
    kind, thing_id = entry["kind"], entry["id"]
    return {
        **entry,
        "restore_path": f"/api/v1/{kind}s/{thing_id}/restore/",
        "purge_path": f"/api/v1/me/trash/{kind}/{thing_id}/",
    }
