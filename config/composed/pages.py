"""Pages for people: what is new, a person's tracks, a track with its player. Data comes from the same querysets and
cards as the API's."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.authentication import session_from_cookie
from accounts.cards import USER_CARD_COLUMNS, user_card
from accounts.models import User
from accounts.services import EmailKeyInvalid, verify_email
from config.lib.viewer import Viewer
from tracks import queries
from tracks.cards import track_card, track_detail
from tracks.choices import Visibility
from tracks.models import Track

PAGE_SIZE = 24


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at this page: the cookie says who, the address may bring a secret token."""
    session = session_from_cookie(request)
    return Viewer.with_token(
        user=session.user if session else AnonymousUser(), secret_token=request.GET.get("secret_token", "")
    )


def on_this_host(url: str | None) -> str:
    """An address of ours without its host, so that the page plays under whatever name it was opened."""
    parts = urlsplit(url or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was published last."""
    rows = Track.objects.visible_to(viewer_of(request)).listed().order_by("-published_at", "-id").for_card()
    return render(request, "pages/home.html", {"tracks": [track_card(row) for row in rows[:PAGE_SIZE]]})


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """A person and their public tracks."""
    viewer = viewer_of(request)
    person = User.objects.visible_to(viewer).filter(username=username.lower()).first()
    if person is None:
        raise Http404
    rows = Track.objects.visible_to(viewer).listed().owned_by(person).order_by("-published_at", "-id").for_card()
    context = {
        "person": user_card({name: getattr(person, name) for name in USER_CARD_COLUMNS}),
        "bio": person.bio,
        "tracks": [track_card(row) for row in rows[:PAGE_SIZE]],
    }
    return render(request, "pages/profile.html", context)


@require_safe
def track(request: HttpRequest, username: str, permalink: str) -> HttpResponse:
    """A track with its player; what the viewer may not open is not there."""
    viewer = viewer_of(request)
    found = Track.objects.visible_to(viewer).filter(owner__username=username.lower(), permalink=permalink)
    row = found.for_detail().first()
    if row is None:
        raise Http404
    context = {"track": track_detail(row), "player": player(found[0], viewer=viewer, request=request)}
    response = render(request, "pages/track.html", context)
    if row["visibility"] != Visibility.PUBLIC:
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def player(found: Track, *, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    """What the audio element and the waveform need."""
    streams = queries.streams(track=found, viewer=viewer, at=timezone.now())
    waveform = f"/api/v1/tracks/{found.pk}/waveform/?points=900"
    token = request.GET.get("secret_token", "")
    return {
        "access": streams["access"],
        "hls_url": on_this_host(streams["hls_url"]),
        "mp3_url": on_this_host(streams["mp3_url"]),
        "waveform_url": waveform,
        "secret_token": token,
    }


@require_http_methods(["GET", "POST"])
def confirm_email(request: HttpRequest) -> HttpResponse:
    """Where the link of the confirmation mail leads. Looking confirms nothing (mail scanners look); the button does."""
    if request.method != "POST":
        return render(request, "pages/verify_email.html", {"key": request.GET.get("key", ""), "state": "ask"})
    try:
        person = verify_email(key=request.POST.get("key", ""), at=timezone.now())
    except EmailKeyInvalid as error:
        return render(request, "pages/verify_email.html", {"state": "failed", "reason": str(error)}, status=400)
    return render(request, "pages/verify_email.html", {"state": "done", "username": person.username})


@require_safe
def to_docs(request: HttpRequest) -> HttpResponse:
    """`/docs/` is what people type."""
    return redirect("api-docs")
