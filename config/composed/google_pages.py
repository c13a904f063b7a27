"""`/login/google/`: the way to Google and back. What a browser leaves with stays in a sealed cookie of its own, so that
an answer is taken only where the question was asked."""

import json
import secrets
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from accounts.links import google_redirect_url
from accounts.services.google import GoogleAway, GoogleOff, authorization_url
from config.composed.pages import page, viewer_of
from config.lib.secrets import Unreadable, seal, unseal

COOKIE, PURPOSE = "earshot_google", "google page"
LIFETIME_S = 600
NOT_BEGUN_HERE = "This sign-in was not begun in this browser, or too long ago."
SENT_AWAY = "Google sent you back without signing you in."


@require_http_methods(["GET", "HEAD", "POST"])
def google(request: HttpRequest) -> HttpResponse:
    """A press on the button leads to Google; Google leads back."""
    response = begin(request) if request.method == "POST" else come_back(request)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def begin(request: HttpRequest) -> HttpResponse:
    """To Google, with a state, a nonce and a challenge that nobody else knows."""
    trip = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    try:
        response: HttpResponse = redirect(authorization_url(**trip))
    except (GoogleOff, GoogleAway) as error:
        return failed(request, reason=str(error), status=error.status)
    kept = {**trip, "next": request.POST.get("next", ""), "ends_at": time.time() + LIFETIME_S}
    response.set_cookie(
        COOKIE,
        seal(json.dumps(kept), purpose=PURPOSE),
        max_age=LIFETIME_S,
        path=reverse("google-page"),
        secure=settings.COOKIES_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def come_back(request: HttpRequest) -> HttpResponse:
    """The page whose script hands the code to the API. Looking at it changes nothing."""
    trip = trip_of(request)
    code = request.GET.get("code", "")
    if trip is None or not constant_time_compare(trip["state"], request.GET.get("state", "")):
        response = failed(request, reason=NOT_BEGUN_HERE, status=400)
    elif not code:
        response = failed(request, reason=SENT_AWAY, status=400)
    else:
        shown = {**trip, "code": code, "redirect_uri": google_redirect_url(), "next": place_after(trip)}
        response = page(request, "google", {"trip": shown}, viewer=viewer_of(request))
    response.delete_cookie(COOKIE, path=reverse("google-page"), samesite="Lax")
    return response


def trip_of(request: HttpRequest) -> dict[str, Any] | None:
    """What this browser left with, not longer than ten minutes ago."""
    try:
        trip: dict[str, Any] = json.loads(unseal(request.COOKIES.get(COOKIE, ""), purpose=PURPOSE))
    except Unreadable:
        return None
    return trip if trip["ends_at"] > time.time() else None


def place_after(trip: dict[str, Any]) -> str:
    """Where to go after signing in, if that is on this site."""
    stays = trip["next"].startswith("/") and url_has_allowed_host_and_scheme(trip["next"], allowed_hosts=None)
    return trip["next"] if stays else reverse("home")


def failed(request: HttpRequest, *, reason: str, status: int) -> HttpResponse:
    return page(request, "google", {"reason": reason}, viewer=viewer_of(request), status=status)
