"""The feed by one plain query over everything, as nobody would serve it: what the fast way is compared with."""

from django.db.models import Exists, OuterRef, Q

from accounts.querysets import seen_by
from config.lib.viewer import Viewer
from discovery.queries.feed import Feed
from discovery.queries.things import THINGS
from social.choices import MuteScope, Verb
from social.models import Activity, Follow, Mute

# Kind, id, and when it was put there.
Place = tuple[str, int, str]
PAGE = 100


def plain_feed(*, viewer: Viewer) -> list[Place]:
    """Every entry, the newest first."""
    follows = Follow.objects.filter(follower_id=viewer.user_id, followed_id=OuterRef("actor_id"))
    mutes = Mute.objects.filter(muter_id=viewer.user_id, muted_id=OuterRef("actor_id"))
    shown = Q()
    for kind, things in THINGS.items():
        shown |= Q(kind=kind, object_id__in=things.shown_to(viewer).values("pk"))
    acts = Activity.objects.filter(seen_by(viewer, "actor__"), shown, Exists(follows))
    acts = acts.exclude(Exists(mutes.filter(scope=MuteScope.EVERYTHING)))
    acts = acts.exclude(Exists(mutes.filter(scope=MuteScope.REPOSTS)), verb=Verb.REPOST)
    found: dict[tuple[str, int], str] = {}
    for kind, object_id, at in acts.order_by("-created_at", "-id").values_list("kind", "object_id", "created_at"):
        found.setdefault((kind, object_id), at.isoformat())
    return [(*thing, at) for thing, at in found.items()]


def paged_feed(*, viewer: Viewer) -> list[Place]:
    """The same by the pages that are served."""
    feed, spot, found = Feed(viewer=viewer), None, []
    while True:
        page = feed.page(limit=PAGE, spot=spot)
        found += [(item["kind"], item[item["kind"]]["id"], item["created_at"].isoformat()) for item in page.items]
        if not page.has_more:
            return found
        spot = page.spots[-1]
