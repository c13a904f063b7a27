"""Where people change what is theirs: profile, privacy, name, programs, devices. Its forms speak to the API."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.authentication import session_from_cookie
from accounts.cards import SESSION_CARD_COLUMNS, TOKEN_CARD_COLUMNS, own_account, session_card
from accounts.choices import MessagesFrom
from accounts.models import PersonalToken, Session
from accounts.serializers.profile import time_zones
from config.composed.pages import page
from config.lib.scopes import Scope
from config.lib.viewer import Viewer

MOST_ROWS = 100
# What a scope says to people who have not read the documents.
SCOPES = {
    Scope.READ: "See all that you see, and listen live",
    Scope.WRITE: "Change and remove what is yours",
    Scope.UPLOADS: "Upload files and make tracks of them",
}
PRIVACY = {
    "likes_public": "Others see what I like",
    "followings_public": "Others see whom I follow",
    "discoverable": "I am in lists of people and in the search",
}
MESSAGES = {
    MessagesFrom.EVERYONE: "Everybody",
    MessagesFrom.FOLLOWINGS: "People whom I follow",
    MessagesFrom.NOBODY: "Nobody",
}


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """One's own settings, for the signed in."""
    session = session_from_cookie(request)
    if session is None:
        return redirect(f"{reverse('login-page')}?{urlencode({'next': reverse('settings')})}")
    response = page(request, "settings", context_of(session, at=timezone.now()), viewer=Viewer(user=session.user))
    response["Cache-Control"] = "private, no-store"
    return response


def context_of(session: Session, *, at: datetime) -> dict[str, Any]:
    """What the forms are filled with; three queries."""
    viewer = Viewer(user=session.user)
    tokens = PersonalToken.objects.visible_to(viewer).alive(at=at).order_by("-created_at", "-id")
    devices = Session.objects.visible_to(viewer).alive(at=at).order_by("-used_at", "-id")
    account = own_account(session.user)
    return {
        "account": account | {"display_name": session.user.display_name},
        "privacy": [(name, words, account[name]) for name, words in PRIVACY.items()],
        "messages": [(value, words, account["messages_from"] == value) for value, words in MESSAGES.items()],
        "zones": sorted(time_zones()),
        "scopes": SCOPES.items(),
        "tokens": tokens.values(*TOKEN_CARD_COLUMNS)[:MOST_ROWS],
        "devices": [session_card(row, current=session.pk) for row in devices.values(*SESSION_CARD_COLUMNS)[:MOST_ROWS]],
    }
