from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.cards import USER_CARD_COLUMNS
from accounts.querysets import in_good_standing, seen_by
from config.lib.viewer import Viewer
from playlists.models import Playlist
from playlists.querysets import CARD_COLUMNS as PLAYLIST_CARD_COLUMNS
from tracks.models import Track
from tracks.querysets import CARD_COLUMNS

if TYPE_CHECKING:
    from engagement.posts.models import Post  # noqa: F401 -- named in strings below

POST_CARD_COLUMNS = (
    "id",
    "body",
    "created_at",
    "edited_at",
    "counts__likes",
    "track_shown",
    "playlist_shown",
    *(f"author__{name}" for name in USER_CARD_COLUMNS),
    *(f"track__{name}" for name in CARD_COLUMNS),
    *(f"playlist__{name}" for name in PLAYLIST_CARD_COLUMNS),
)


class PostQuerySet(QuerySet["Post"]):
    def visible_to(self, viewer: Viewer) -> "PostQuerySet":
        """Posts that the viewer may read: of people whom they may see, but for those that were thrown away."""
        return self.filter(seen_by(viewer, "author__"), deleted_at__isnull=True)

    def listed(self) -> "PostQuerySet":
        """Posts that may appear in lists, feeds and counts."""
        return self.filter(in_good_standing("author__"), deleted_at__isnull=True)

    def of_findable(self) -> "PostQuerySet":
        """Those of people who want to be found by who does not know them."""
        return self.filter(author__discoverable=True)

    def trash_of(self, viewer: Viewer) -> "PostQuerySet":
        """What the viewer has thrown away, and may bring back."""
        return self.filter(author_id=viewer.user_id, deleted_at__isnull=False)

    def to_purge(self, *, before: datetime) -> "PostQuerySet":
        """In the trash since then or longer."""
        return self.filter(deleted_at__isnull=False, deleted_at__lte=before)

    def by(self, user_id: int) -> "PostQuerySet":
        """Those of one person."""
        return self.filter(author_id=user_id)

    def for_card(self, viewer: Viewer) -> Any:
        """The rows that `post_card` reads. What the viewer may not see, or what left the lists, is left out."""
        track = Track.objects.visible_to(viewer).listed().filter(pk=OuterRef("track_id"))
        playlist = Playlist.objects.visible_to(viewer).listed().filter(pk=OuterRef("playlist_id"))
        shown = self.annotate(track_shown=Exists(track), playlist_shown=Exists(playlist))
        return shown.values(*POST_CARD_COLUMNS)
