"""What a first screen shows beside the feed."""

from typing import Any

from django.db.models import Exists, OuterRef

from config.lib.kept import kept_rows
from config.lib.viewer import Viewer
from discovery.cards import discovered
from discovery.queries.things import THINGS
from social.choices import Kind
from social.models import Follow
from tracks.cards import track_card

DISCOVER = 10


def newest_elsewhere(*, viewer: Viewer) -> list[dict[str, Any]]:
    """The newest tracks of people who want to be found, and whom the viewer neither is nor follows, with the reason.
    One query."""
    return [discovered(track_card(row), code="newest") for row in kept_rows(rows_elsewhere, viewer)]


def rows_elsewhere(viewer: Viewer) -> Any:
    """What those cards are made of."""
    followed = Follow.objects.filter(follower_id=viewer.user_id, followed_id=OuterRef("owner_id"))
    tracks = THINGS[Kind.TRACK].shown_to(viewer).filter(~Exists(followed), owner__discoverable=True)
    return tracks.exclude(owner_id=viewer.user_id).order_by("-published_at", "-id").for_card()[:DISCOVER]
