"""Where a shared link leads: a page that asks before it opens, for a chat that looks ahead must not use the link up."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from config.composed.keys import query_of
from config.composed.pages import page, track_path, viewer_of
from config.composed.playlist_pages import playlist_path
from config.lib.errors import DomainError
from config.lib.grants import unseal_grant
from config.lib.limits import Throttled, caller_subject
from config.lib.limits.budgets import budget_for_method
from config.lib.limits.forms import refusal_page
from config.lib.limits.headers import spend
from config.lib.viewer import Viewer
from playlists.models import Playlist
from tracks.models import Track
from tracks.sharing.queries import (
    Opened,
    ShareLinkAbsent,
    ShareLinkExpired,
    ShareLinkUsedUp,
    find_by_token,
    find_open,
    leads,
)
from tracks.sharing.services import LinkPasswordWrong, PasswordRequired, open_share_link

# Sent to the link's own address alone: whoever comes back within the grant needs no other use.
GRANT_COOKIE = "earshot_grant"


def path_of_track(track_id: int, viewer: Viewer) -> str:
    """The page of a track that the viewer opens; raises Http404."""
    found = Track.objects.visible_to(viewer).select_related("owner").filter(pk=track_id).first()
    if found is None:
        raise Http404
    return track_path(found)


def path_of_playlist(playlist_id: int, viewer: Viewer) -> str:
    """The page of a playlist that the viewer opens; raises Http404."""
    found = Playlist.objects.visible_to(viewer).select_related("owner").filter(pk=playlist_id).first()
    if found is None:
        raise Http404
    return playlist_path(found)


# Where a link of each kind leads.
PATHS: dict[str, Callable[[int, Viewer], str]] = {"track": path_of_track, "playlist": path_of_playlist}


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, token: str) -> HttpResponse:
    """A shared link: GET asks, POST opens it and leads on."""
    viewer = Viewer(user=viewer_of(request).user)
    try:
        answer = opened_now(request, token, viewer) if request.method == "POST" else looked_at(request, token, viewer)
    except ShareLinkAbsent:
        raise Http404 from None
    except Throttled as refusal:
        answer = refusal_page(request, refusal)
    except (LinkPasswordWrong, PasswordRequired) as refusal:
        answer = asking(request, viewer, asks_password=True, refusal=refusal)
    except (ShareLinkExpired, ShareLinkUsedUp) as refusal:
        answer = asking(request, viewer, is_over=True, refusal=refusal)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    # Not `no-referrer`: a form of such a page is sent with `Origin: null`, which the CSRF check refuses.
    answer["Referrer-Policy"] = "same-origin"
    return answer


def looked_at(request: HttpRequest, token: str, viewer: Viewer) -> HttpResponse:
    """The form, or the way on for whoever has opened the link already. Nothing is told of what it leads to."""
    if onward := way_on(request, token, viewer):
        return redirect(onward)
    found = find_open(token=token, viewer=viewer, at=timezone.now())
    return asking(request, viewer, asks_password=found.link.has_password)


def opened_now(request: HttpRequest, token: str, viewer: Viewer) -> HttpResponse:
    """Open it, and lead on with the grant."""
    spend(request, budget_for_method("POST"), subject=caller_subject(request, viewer.user))
    if onward := way_on(request, token, viewer):
        return redirect(onward)
    at = timezone.now()
    password = request.POST.get("password", "")
    opened = open_share_link(request, token=token, password=password, viewer=viewer, at=at)
    answer = redirect(path_of(opened, viewer))
    answer.set_cookie(
        GRANT_COOKIE,
        opened.grant,
        expires=opened.expires_at,
        path=request.path,
        httponly=True,
        secure=settings.COOKIES_SECURE,
        samesite="Lax",
    )
    return answer


def path_of(opened: Opened, viewer: Viewer) -> str:
    """The page of what was opened, with what opens it."""
    return path_with(opened.kind, opened.id, opened.grant, viewer)


def path_with(kind: str, thing_id: int, grant: str, viewer: Viewer) -> str:
    holder = Viewer.with_token(user=viewer.user, secret_token="", grant=grant)
    return f"{PATHS[kind](thing_id, holder)}{query_of({'grant': grant})}"


def way_on(request: HttpRequest, token: str, viewer: Viewer) -> str:
    """Where somebody goes on who has opened this link before and may still come in; "" for everybody else."""
    brought = request.COOKIES.get(GRANT_COOKIE, "")
    grant = unseal_grant(brought, at=timezone.now())
    found = find_by_token(token)
    if grant != found.grant or not leads(found, viewer=viewer):
        return ""
    return path_with(found.kind.name, found.thing_id, brought, viewer)


def asking(request: HttpRequest, viewer: Viewer, *, refusal: DomainError | None = None, **facts: Any) -> HttpResponse:
    """The page with its button, or with the reason why there is none."""
    context = {"refusal": refusal and str(refusal), **facts}
    return page(request, "share", context, viewer=viewer, status=refusal.status if refusal else 200)
