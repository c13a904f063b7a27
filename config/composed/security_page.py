"""Where people look after the ways into their account, take everything along, and leave. Its forms speak to the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.cards import CONNECTION_CARD_COLUMNS, connection_card
from accounts.leaving.cards import export_card
from accounts.models import AccountExport, Session
from accounts.queries import connections_of, has_second_factor
from config.composed.own_pages import own_page
from config.composed.pages import on_this_host
from config.lib.viewer import Viewer


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The ways into one's own account and out of it, for the signed in."""
    return own_page(request, "security", context_of)


def context_of(session: Session) -> dict[str, Any]:
    """What the page shows; three queries."""
    user = session.user
    return {
        "email": user.email,
        "has_password": user.has_usable_password(),
        "has_second_factor": has_second_factor(user.pk),
        "connections": [connection_card(row) for row in connections_of(user.pk).values(*CONNECTION_CARD_COLUMNS)],
        "export": newest_export(Viewer(user=user)),
    }


def newest_export(viewer: Viewer) -> dict[str, Any] | None:
    """The one that was asked for last, if one is there."""
    export = AccountExport.objects.visible_to(viewer).order_by("-pk").first()
    if export is None:
        return None
    card = export_card(export, at=timezone.now())
    return {**card, "path": on_this_host(card["download_url"])}
