"""Pages for people: what is new, a person's tracks, a track with its player, and the forms that speak to the API.

Data comes from the same querysets and cards as the API's.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from accounts.authentication import session_from_cookie
from accounts.cards import USER_CARD_COLUMNS, row_of, user_card
from accounts.models import User
from accounts.queries import instance, named
from config.composed.comment_pages import said_about
from config.composed.keys import keys_in, query_of
from config.composed.reactions import sign_in_path, track_switches
from config.lib.captcha import captcha_is_on
from config.lib.problems import all_problems
from config.lib.viewer import Viewer
from discovery.queries import Feed
from social.choices import Kind
from tracks import queries
from tracks.cards import track_card, track_detail
from tracks.choices import License, State, Visibility
from tracks.models import Track
from tracks.policies import can_edit_track

PAGE_SIZE = 24
FEED_SIZE = 12
OWN_PAGE_SIZE = 100
# How many colourings site.css has for tracks without a cover (`.cover-0` and on).
COVER_COLOURS = 6
CREATIVE_COMMONS = "https://creativecommons.org"
# Value -> name and address of the licence's text.
LICENSES = {
    License.ALL_RIGHTS_RESERVED: ("All rights reserved", ""),
    License.CC0: ("CC0 1.0", f"{CREATIVE_COMMONS}/publicdomain/zero/1.0/"),
    License.CC_BY: ("CC BY 4.0", f"{CREATIVE_COMMONS}/licenses/by/4.0/"),
    License.CC_BY_SA: ("CC BY-SA 4.0", f"{CREATIVE_COMMONS}/licenses/by-sa/4.0/"),
    License.CC_BY_ND: ("CC BY-ND 4.0", f"{CREATIVE_COMMONS}/licenses/by-nd/4.0/"),
    License.CC_BY_NC: ("CC BY-NC 4.0", f"{CREATIVE_COMMONS}/licenses/by-nc/4.0/"),
    License.CC_BY_NC_SA: ("CC BY-NC-SA 4.0", f"{CREATIVE_COMMONS}/licenses/by-nc-sa/4.0/"),
    License.CC_BY_NC_ND: ("CC BY-NC-ND 4.0", f"{CREATIVE_COMMONS}/licenses/by-nc-nd/4.0/"),
}
UNFINISHED = (State.QUEUED, State.PROCESSING)


def viewer_of(request: HttpRequest) -> Viewer:
    """Who looks at this page: the cookie says who, the address may bring what opens."""
    session = session_from_cookie(request)
    keys = {"secret_token": "", **keys_in(request)}
    return Viewer.with_token(user=session.user if session else AnonymousUser(), **keys)


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, viewer: Viewer, status: int = 200
) -> HttpResponse:
    """A page whose header says who is signed in; so it is kept by no cache between here and the browser."""
    signed_in = person_card(viewer.user) if viewer.user_id else None
    response = render(request, f"pages/{template}.html", {**context, "signed_in": signed_in}, status=status)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie",))
    return response


def person_card(person: User) -> dict[str, Any]:
    """The public face of a person."""
    return with_face(user_card(row_of(person, USER_CARD_COLUMNS)))


def with_face(card: dict[str, Any]) -> dict[str, Any]:
    """A person's card with the avatar from this host."""
    return {**card, "avatar": picture_here(card["avatar"])}


def picture_here(picture: dict[str, Any] | None) -> dict[str, Any] | None:
    """A picture with addresses on this host."""
    return picture and {**picture, **{size: on_this_host(picture[size]) for size in ("thumb", "medium", "large")}}


def on_this_host(url: str | None) -> str:
    """An address of ours without its host, so that the page plays under whatever name it was opened."""
    parts = urlsplit(url or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def for_people(card: dict[str, Any]) -> dict[str, Any]:
    """A card as a page shows it: the length in words, the pictures from this host, a colour where there is none."""
    return {
        **card,
        "duration": clock(card["duration_ms"]),
        "user": with_face(card["user"]),
        "artwork": picture_here(card["artwork"]),
        "colour": card["id"] % COVER_COLOURS,
        "license_name": LICENSES[License(card["license"])][0],
        "license_url": LICENSES[License(card["license"])][1],
    }


def clock(milliseconds: int | None) -> str:
    """`3:07`, `1:00:00`; empty when the length is not known yet."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def cards(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `for_card` as pages show them."""
    return [for_people(track_card(row)) for row in rows]


def mailbox_path() -> str:
    """Where this installation shows the mails it has written, or nothing where they really leave."""
    return reverse("dev-mail") if settings.DEV_PAGES else ""


def wanted_path(request: HttpRequest) -> str:
    """Where to go after signing in: `next`, if it stays on this site."""
    path = request.GET.get("next", "")
    stays = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if stays else reverse("home")


def moved(request: HttpRequest, path: str) -> HttpResponse:
    """From an earlier name to the present one. Asked for anew each time: a name may be taken back, and a browser that
    remembered both ways would go in circles."""
    query = request.META.get("QUERY_STRING", "")
    response = redirect(f"{path}?{query}" if query else path, permanent=True)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie",))
    return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What was published last; before it, for somebody who is signed in, what those whom they follow did."""
    viewer = viewer_of(request)
    rows = Track.objects.visible_to(viewer).listed().order_by("-published_at", "-id").for_card()
    followed = followed_tracks(viewer) if viewer.user_id else []
    return page(request, "home", {"tracks": cards(rows[:PAGE_SIZE]), "followed": followed}, viewer=viewer)


def followed_tracks(viewer: Viewer) -> list[dict[str, Any]]:
    """The newest tracks in somebody's feed, as the page shows them."""
    items = Feed(viewer=viewer, kind=Kind.TRACK).page(limit=FEED_SIZE).items
    return [for_people(item["track"]) for item in items]


@require_safe
def track(request: HttpRequest, username: str, permalink: str) -> HttpResponse:
    """A track with its player; what the viewer may not open is not there."""
    viewer = viewer_of(request)
    found = Track.objects.visible_to(viewer).filter(named(username, prefix="owner__"), permalink=permalink)
    row, opened = found.for_detail().first(), found.select_related("owner").first()
    if row is None or opened is None:
        raise Http404  # also when it was thrown away between the two
    if opened.owner.username != username.lower():
        return moved(request, track_path(opened))
    context = {
        "track": for_people(track_detail(row)),
        "player": player(opened, viewer=viewer, request=request),
        "owner_view": owner_view(opened, viewer=viewer),
        "switches": track_switches(opened, viewer=viewer, request=request),
        "sign_in": sign_in_path(request),
        "comments": said_about(opened, viewer=viewer, keys=keys_in(request)),
    }
    response = page(request, "track", context, viewer=viewer)
    if row["visibility"] != Visibility.PUBLIC or keys_in(request):
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def player(found: Track, *, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    """What the audio element and the waveform need."""
    streams = queries.streams(track=found, viewer=viewer, at=timezone.now())
    keys = keys_in(request)
    api = f"/api/v1/tracks/{found.pk}"
    return {
        "access": streams["access"],
        "hls_url": on_this_host(streams["hls_url"]),
        "aac_url": on_this_host(streams["aac_url"]),
        "mp3_url": on_this_host(streams["mp3_url"]),
        "waveform_url": f"{api}/waveform/?{urlencode({'points': 900, 'v': found.sound_id, **keys})}",
        "streams_url": f"{api}/streams/{query_of(keys)}",
        "plays_url": f"{api}/plays/{query_of(keys)}",
    }


def owner_view(found: Track, *, viewer: Viewer) -> dict[str, Any] | None:
    """What only those are told who may edit a track: its secret link, whether its sound is still made, or why not."""
    if not can_edit_track(viewer.user, found):
        return None
    timeline = queries.timeline(track=found, at=timezone.now())
    secret = urlencode({"secret_token": found.secret_token}) if found.secret_token else ""
    return {
        "secret_url": f"{settings.SITE_URL}{track_path(found)}?{secret}" if secret else "",
        "waits": timeline["state"] in UNFINISHED,
        "failure": timeline["error_message"] if timeline["state"] == State.FAILED else "",
    }


def track_path(found: Track) -> str:
    """The path of a track's page."""
    return reverse("track-page", args=[found.owner.username, found.permalink])


@require_safe
def join(request: HttpRequest) -> HttpResponse:
    """The form that makes an account."""
    viewer = viewer_of(request)
    if viewer.user_id:
        return redirect(wanted_path(request))
    context = {"site": instance(), "mailbox": mailbox_path()}
    return captcha_page(request, "join", context, viewer=viewer)


@require_safe
def login(request: HttpRequest) -> HttpResponse:
    """The form that signs in; who is signed in already goes on."""
    viewer = viewer_of(request)
    if viewer.user_id:
        return redirect(wanted_path(request))
    return captcha_page(request, "login", {"next": wanted_path(request), "mailbox": mailbox_path()}, viewer=viewer)


@require_safe
def upload(request: HttpRequest) -> HttpResponse:
    """The form that takes a file, for the signed in."""
    viewer = viewer_of(request)
    if not viewer.user_id:
        return redirect(f"{reverse('login-page')}?{urlencode({'next': reverse('upload')})}")
    licenses = [(value, name) for value, (name, _) in LICENSES.items()]
    context = {"max_bytes": settings.UPLOAD_MAX_BYTES, "licenses": licenses}
    return page(request, "upload", context, viewer=viewer)


@require_safe
def forgot_password(request: HttpRequest) -> HttpResponse:
    """The form that asks for a link to choose another password with; for who is signed in too."""
    return captcha_page(request, "forgot_password", {"mailbox": mailbox_path()}, viewer=viewer_of(request))


def captcha_page(request: HttpRequest, template: str, context: dict[str, Any], *, viewer: Viewer) -> HttpResponse:
    """A page with a form that may ask for a captcha; only then, what the captcha loads may be loaded."""
    if not captcha_is_on():
        return page(request, template, context, viewer=viewer)
    places = {"captcha_key": settings.RECAPTCHA_SITE_KEY, "captcha_domain": settings.RECAPTCHA_DOMAIN}
    response = page(request, template, {**context, **places}, viewer=viewer)
    service = f"https://{settings.RECAPTCHA_DOMAIN}/recaptcha/"
    # What https://developers.google.com/recaptcha/docs/faq asks for; read by the middleware of django-csp.
    response._csp_update = {"script-src": [service, "https://www.gstatic.com/recaptcha/"], "frame-src": [service]}  # noqa: SLF001 -- what its decorator sets, which knows no settings
    return response


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """What the `type` of a problem leads to: every code of the API with its sentence."""
    return page(request, "errors", {"problems": all_problems()}, viewer=viewer_of(request))


@require_safe
def to_docs(request: HttpRequest) -> HttpResponse:
    """`/docs/` is what people type."""
    return redirect("api-docs")
