"""Where people change what is theirs: profile, privacy, name, programs, devices. Its forms speak to the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.cards import SESSION_CARD_COLUMNS, TOKEN_CARD_COLUMNS, own_account, session_card
from accounts.choices import MessagesFrom, Slot
from accounts.models import PersonalToken, Session
from accounts.serializers.profile import time_zones
from config.composed.own_pages import own_page
from config.composed.pages import picture_here
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
PICTURES = {
    Slot.AVATAR: "Picture beside your name",
    Slot.HEADER: "Picture above your profile",
}
MESSAGES = {
    MessagesFrom.EVERYONE: "Everybody",
    MessagesFrom.FOLLOWINGS: "People whom I follow",
    MessagesFrom.NOBODY: "Nobody",
}


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """One's own settings, for the signed in."""
    return own_page(request, "settings", context_of)


def context_of(session: Session) -> dict[str, Any]:
    """What the forms are filled with; three queries, and one for each picture."""
    viewer, at = Viewer(user=session.user), timezone.now()
    tokens = PersonalToken.objects.visible_to(viewer).alive(at=at).order_by("-created_at", "-id")
    devices = Session.objects.visible_to(viewer).alive(at=at).order_by("-used_at", "-id")
    account = own_account(session.user)
    return {
        "account": account | {"display_name": session.user.display_name},
        "privacy": [(name, words, account[name]) for name, words in PRIVACY.items()],
        "messages": [(value, words, account["messages_from"] == value) for value, words in MESSAGES.items()],
        "pictures": [(slot, PICTURES[slot], picture_here(account[slot])) for slot in Slot],
        "zones": sorted(time_zones()),
        "scopes": SCOPES.items(),
        "tokens": tokens.values(*TOKEN_CARD_COLUMNS)[:MOST_ROWS],
        "devices": [session_card(row, current=session.pk) for row in devices.values(*SESSION_CARD_COLUMNS)[:MOST_ROWS]],
    }
