from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from accounts.cards import USER_CARD_COLUMNS
from accounts.querysets import in_good_standing, unblocked
from config.lib.viewer import Viewer
from social.choices import MuteScope
from social.models import Mute
from tracks.models import Track

if TYPE_CHECKING:
    from engagement.comments.models import Comment  # noqa: F401 -- named in strings below

STANDS = Q(deleted_at__isnull=True) & in_good_standing("author__")
# What keeps the place of a thread whose first words nobody reads any more.
TOMBSTONE = Q(parent__isnull=True, counts__replies__gt=0)

CARD_COLUMNS = (
    "id",
    "track_id",
    "parent_id",
    "body",
    "timestamp_ms",
    "place_ms",
    "created_at",
    "edited_at",
    "pinned_at",
    "track__duration_ms",
    "counts__likes",
    "counts__replies",
    *(f"author__{name}" for name in USER_CARD_COLUMNS),
    "is_standing",
)


class CommentQuerySet(QuerySet["Comment"]):
    def visible_to(self, viewer: Viewer) -> "CommentQuerySet":
        """The comments that the viewer may read, on tracks that the viewer may open.

        What is deleted, or of somebody in no good standing, is absent; as the head of a thread that others go on with
        it keeps its place without words. What is of somebody from whom a block parts the viewer is absent with all
        that hangs on it.
        """
        readable = Track.objects.visible_to(viewer).values("pk")
        apart = unblocked(viewer, "author__"), unblocked(viewer, "parent__author__")
        return self.filter(STANDS | TOMBSTONE, *apart, track__in=readable)

    def unmuted(self, viewer: Viewer) -> "CommentQuerySet":
        """Without the words of people whom the viewer does not want to be shown, and what hangs on them."""
        if viewer.user_id is None:
            return self
        muted = Mute.objects.filter(muter_id=viewer.user_id, scope=MuteScope.EVERYTHING)
        return self.exclude(
            Exists(muted.filter(muted_id=OuterRef("author_id")))
            | Exists(muted.filter(muted_id=OuterRef("parent__author_id")))
        )

    def threads(self) -> "CommentQuerySet":
        """What others may hang on."""
        return self.filter(parent__isnull=True)

    def within(self, *, from_ms: int | None, to_ms: int | None, duration_ms: int | None) -> "CommentQuerySet":
        """Those whose moment, as it is told, lies between these, both included.

        Moments that lie behind the end of a sound that has become shorter are told as its end.
        """
        if from_ms is None and to_ms is None:
            return self
        found = self.filter(timestamp_ms__isnull=False, place_ms__gte=from_ms or 0)
        if duration_ms is not None and (from_ms or 0) > duration_ms:
            return found.none()
        if to_ms is not None and (duration_ms is None or to_ms < duration_ms):
            found = found.filter(place_ms__lte=to_ms)
        return found

    def standing(self) -> "CommentQuerySet":
        """Neither deleted nor of somebody in no good standing."""
        return self.filter(STANDS)

    def miscounted(self) -> "CommentQuerySet":
        """Counted though they do not stand, or the other way round."""
        return self.filter(Q(STANDS, is_counted=False) | Q(~STANDS, is_counted=True))

    def since(self, moment: datetime) -> "CommentQuerySet":
        return self.filter(created_at__gt=moment)

    def for_card(self) -> Any:
        """The rows that `comment_card` reads."""
        standing = ExpressionWrapper(STANDS, output_field=BooleanField())
        return self.annotate(is_standing=standing).values(*CARD_COLUMNS)
