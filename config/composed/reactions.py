"""What pages show of likes, reposts and posts. Data comes from the same querysets, cards and answers as the API's."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from config.composed.keys import keys_in, query_of
from config.lib.viewer import Viewer
from engagement.models import Post
from engagement.posts.cards import post_card
from engagement.queries import RELATIONS, of_posts
from playlists.models import Playlist
from tracks.choices import Visibility
from tracks.models import Track

PAGE_SIZE = 20


def track_switches(found: Track, *, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    """The switches of the page of a track: where each is, and whether it is on. What opens it goes along
    where anything has to."""
    return switches("tracks", found, viewer=viewer, request=request)


def playlist_switches(found: Playlist, *, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    """The same of the page of a playlist."""
    return switches("playlists", found, viewer=viewer, request=request)


def switches(nouns: str, found: Any, *, viewer: Viewer, request: HttpRequest) -> dict[str, Any]:
    """Those of something that can be liked and reposted; `nouns`: what the API calls its kind."""
    keys = keys_in(request) if found.visibility == Visibility.PRIVATE else {}
    marks = RELATIONS[nouns]([found.pk], viewer).get(str(found.pk), {}) if viewer.user_id else {}
    api = f"/api/v1/{nouns}/{found.pk}"
    return {
        "liked": marks.get("liked", False),
        "reposted": marks.get("reposted", False),
        "like_path": f"{api}/like/{query_of(keys)}",
        # What is in no list is shown to nobody, unless it was before and is to be taken back.
        "repost_path": f"{api}/repost/" if found.is_listed or marks.get("reposted") else "",
    }


def posts_of(person: User, *, viewer: Viewer) -> list[dict[str, Any]]:
    """The newest posts of a person, each with its switch, and whether that is on."""
    rows = Post.objects.visible_to(viewer).listed().by(person.pk).order_by("-created_at", "-id").for_card(viewer)
    cards = [post_card(row) for row in rows[:PAGE_SIZE]]
    marks = of_posts([card["id"] for card in cards], viewer) if viewer.user_id and cards else {}
    return [with_switch(card, marks.get(str(card["id"]), {})) for card in cards]


def with_switch(card: dict[str, Any], marks: dict[str, bool]) -> dict[str, Any]:
    """A post as a page shows it."""
    return {**card, "liked": marks.get("liked", False), "like_path": f"/api/v1/posts/{card['id']}/like/"}


def sign_in_path(request: HttpRequest) -> str:
    """Where who is not signed in goes to do something here, and comes back from; nowhere from a secret or a
    shared link, whose keys go into no other link."""
    if keys_in(request):
        return ""
    return f"{reverse('login-page')}?{urlencode({'next': request.path})}"
