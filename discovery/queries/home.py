"""What a first screen shows beside the feed."""

from typing import Any

from django.db.models import Exists, OuterRef

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
    followed = Follow.objects.filter(follower_id=viewer.user_id, followed_id=OuterRef("owner_id"))
    tracks = THINGS[Kind.TRACK].shown_to(viewer).filter(~Exists(followed), owner__discoverable=True)
    rows = tracks.exclude(owner_id=viewer.user_id).order_by("-published_at", "-id").for_card()
    return [discovered(track_card(row), code="newest") for row in rows[:DISCOVER]]
