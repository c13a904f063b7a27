"""A person's spaces: the list of them, one of them, and where the links of invitations lead. Forms speak to the API."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.composed.pages import OWN_PAGE_SIZE, cards, page, viewer_of
from config.lib.viewer import Viewer
from social.cards import (
    INVITATION_CARD_COLUMNS,
    MEMBER_CARD_COLUMNS,
    SPACE_CARD_COLUMNS,
    invitation_card,
    member_card,
    space_card,
)
from social.choices import BELOW_OWNER, SpaceRole
from social.models import Space, SpaceInvitation, SpaceMember
from tracks.models import Track

# What a role says to people who have not read the documents.
ROLES = {
    SpaceRole.VIEWER: "sees and hears all that is in it",
    SpaceRole.COMMENTER: "says something to it as well",
    SpaceRole.EDITOR: "brings tracks, changes and publishes them",
    SpaceRole.ADMIN: "asks people in, and says what they are",
    SpaceRole.OWNER: "does everything, and pays for it",
}


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, and come back."""
    return redirect(f"{reverse('login-page')}?{urlencode({'next': request.path})}")


def kept_by_nobody(response: HttpResponse) -> HttpResponse:
    """The answer, for this person's eyes alone."""
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def spaces(request: HttpRequest) -> HttpResponse:
    """The spaces that one is in, and those that one is asked into."""
    viewer = viewer_of(request)
    if not viewer.user_id:
        return to_sign_in(request)
    mine = Space.objects.visible_to(viewer).order_by("-created_at", "-id").values(*SPACE_CARD_COLUMNS)
    asked = SpaceInvitation.objects.visible_to(viewer).addressed_to(viewer).good(at=timezone.now())
    rows = asked.order_by("-created_at", "-id").values(*INVITATION_CARD_COLUMNS)
    context = {
        "spaces": [space_card(row) for row in mine[:OWN_PAGE_SIZE]],
        "invitations": [invitation_card(row) for row in rows[:OWN_PAGE_SIZE]],
    }
    return kept_by_nobody(page(request, "spaces", context, viewer=viewer))


@require_safe
def space(request: HttpRequest, space_id: int) -> HttpResponse:
    """A space, for its members: who is in it, what is in it, and what the viewer may do there."""
    viewer = viewer_of(request)
    if not viewer.user_id:
        return to_sign_in(request)
    row = Space.objects.visible_to(viewer).filter(pk=space_id).values(*SPACE_CARD_COLUMNS).first()
    if row is None:
        raise Http404
    context = {"space": space_card(row), **inside(space_id, viewer=viewer, role=SpaceRole(row["viewer_role"]))}
    return kept_by_nobody(page(request, "space", context, viewer=viewer))


def inside(space_id: int, *, viewer: Viewer, role: SpaceRole) -> dict[str, Any]:
    """What the page of a space shows, as far as the viewer may see it."""
    members = SpaceMember.objects.visible_to(viewer).filter(space_id=space_id).order_by("created_at", "id")
    tracks = Track.objects.visible_to(viewer).in_space(space_id).order_by("-created_at", "-id").for_card()
    waiting = SpaceInvitation.objects.visible_to(viewer).filter(space_id=space_id).good(at=timezone.now())
    manages = role.reaches(SpaceRole.ADMIN)
    rows = waiting.order_by("-created_at", "-id").values(*INVITATION_CARD_COLUMNS)[:OWN_PAGE_SIZE] if manages else []
    offered = [name for name, _ in BELOW_OWNER if role == SpaceRole.OWNER or name != SpaceRole.ADMIN]
    return {
        "members": [member_card(row) for row in members.values(*MEMBER_CARD_COLUMNS)[:OWN_PAGE_SIZE]],
        "tracks": cards(tracks[:OWN_PAGE_SIZE]),
        "invitations": [invitation_card(row) for row in rows],
        "manages": manages,
        "owns": role == SpaceRole.OWNER,
        "offered": [(name, ROLES[SpaceRole(name)]) for name in offered],
        "roles": [*SpaceRole.values] if role == SpaceRole.OWNER else offered,
    }


@require_safe
def invitation(request: HttpRequest) -> HttpResponse:
    """Where the link of an invitation leads. The token stands behind the `#`, which no server sees: looking spends
    nothing, and a button sends it to the API."""
    response = kept_by_nobody(page(request, "space_invitation", {}, viewer=viewer_of(request)))
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
