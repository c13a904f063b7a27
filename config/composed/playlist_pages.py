"""The page of a playlist, and what a person's page shows of theirs. Data comes from the API's querysets and cards."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import named
from config.composed import pages
from config.composed.keys import keys_in, query_of
from config.composed.reactions import playlist_switches, sign_in_path
from config.lib.viewer import Viewer
from playlists.cards import playlist_card
from playlists.models import Playlist, PlaylistItem
from playlists.policies import can_edit_playlist
from playlists.queries import totals
from playlists.querysets import CARD_COLUMNS
from tracks.cards import track_card
from tracks.choices import Visibility
from tracks.models import Track

# What the address brings to open what is not public.
Keys = dict[str, str]

PAGE_SIZE = 24
# A page shows so many tracks; programs read on.
TRACKS_MOST = 200


@require_safe
def playlist(request: HttpRequest, username: str, permalink: str) -> HttpResponse:
    """A playlist with its tracks, to be played one after the other; what the viewer may not open is not there."""
    viewer = pages.viewer_of(request)
    found = Playlist.objects.visible_to(viewer).filter(named(username, prefix="owner__"), permalink=permalink)
    row, opened = found.values(*CARD_COLUMNS).first(), found.select_related("owner").first()
    if row is None or opened is None:
        raise Http404  # also when it was thrown away between the two
    if opened.owner.username != username.lower():
        return pages.moved(request, playlist_path(opened))
    edits = can_edit_playlist(viewer.user, opened)
    own = totals([opened.pk], viewer=viewer, edits=edits)[opened.pk]
    keys = keys_in(request)
    context = {
        "playlist": for_people(playlist_card(row, totals=own)),
        "tracks": tracks_of(opened, viewer=viewer, edits=edits, keys=keys),
        "secret_url": secret_url(opened) if edits else "",
        "edits": edits,
        "switches": playlist_switches(opened, viewer=viewer, request=request),
        "sign_in": sign_in_path(request),
    }
    response = pages.page(request, "playlist", context, viewer=viewer)
    if row["visibility"] != Visibility.PUBLIC or keys:
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response


def tracks_of(found: Playlist, *, viewer: Viewer, edits: bool, keys: Keys) -> list[dict[str, Any]]:
    """The cards of what the viewer is shown of it, in order. What opens the playlist goes along where it opens the
    track."""
    items = PlaylistItem.objects.visible_to(viewer)
    if not edits:
        items = items.shown_to(viewer)
    ids = list(items.of(found.pk).in_order().values_list("track_id", flat=True)[:TRACKS_MOST])
    rows = Track.objects.visible_to(viewer).filter(pk__in=ids).for_card()
    cards = {row["id"]: with_keys(pages.for_people(track_card(row)), keys) for row in rows}
    return [cards[track_id] for track_id in ids if track_id in cards]


def with_keys(card: dict[str, Any], keys: Keys) -> dict[str, Any]:
    """A card that carries the keys on, if it is one of those that are not open to everybody."""
    return card | {"opening_query": query_of(keys)} if keys and card["visibility"] == Visibility.PRIVATE else card


def playlists_of(person: User, *, viewer: Viewer) -> list[dict[str, Any]]:
    """The newest playlists of a person that everybody finds; to themselves all of them."""
    theirs = Playlist.objects.visible_to(viewer).owned_by(person)
    if viewer.user_id != person.pk:
        theirs = theirs.listed()
    return cards(theirs.order_by("-created_at", "-id").for_card()[:PAGE_SIZE])


def cards(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of `for_card` as pages show them."""
    return [for_people(playlist_card(row)) for row in rows]


def for_people(card: dict[str, Any]) -> dict[str, Any]:
    """A card as a page shows it: the length in words, the pictures from this host, a colour where there is none."""
    return {
        **card,
        "duration": pages.clock(card["duration_ms"]) if card["duration_ms"] else "",
        "user": pages.with_face(card["user"]),
        "artwork": pages.picture_here(card["artwork"]),
        "colour": card["id"] % pages.COVER_COLOURS,
        "address": reverse("playlist-page", args=[card["user"]["username"], card["permalink"]]),
    }


def playlist_path(found: Playlist) -> str:
    """The path of a playlist's page."""
    return reverse("playlist-page", args=[found.owner.username, found.permalink])


def secret_url(found: Playlist) -> str:
    """The address with the secret token; nothing without one."""
    if not found.secret_token:
        return ""
    return f"{settings.SITE_URL}{playlist_path(found)}?{urlencode({'secret_token': found.secret_token})}"
