from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from accounts.cards import USER_CARD_COLUMNS
from accounts.querysets import in_good_standing, unblocked
from config.lib.viewer import Viewer
from social.choices import MuteScope
from social.models import Mute
from tracks.models import Track

if TYPE_CHECKING:
    from engagement.comments.models import Comment  # noqa: F401 -- named in strings below

STANDS = Q(deleted_at__isnull=True) & in_good_standing("author__")
# Deleted, and its words are kept: what is erased has none, and never comes back.
IN_TRASH = Q(deleted_at__isnull=False) & ~Q(body="")
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

    def by(self, user_id: int | None) -> "CommentQuerySet":
        """Those of one person."""
        return self.filter(author_id=user_id)

    def own_trash(self, viewer: Viewer) -> "CommentQuerySet":
        """What the viewer has said and deleted."""
        return self.by(viewer.user_id).filter(IN_TRASH, deleted_by=F("author"))

    def taken_away(self, viewer: Viewer) -> "CommentQuerySet":
        """What was taken from tracks that the viewer may edit, and not by its author, who alone brings back what they
        deleted. What is of somebody in no good standing, or from whom a block parts the viewer, is absent."""
        editable = Track.objects.editable_by(viewer.user_id).values("pk")
        seen = in_good_standing("author__"), unblocked(viewer, "author__")
        return self.filter(IN_TRASH, ~Q(deleted_by=F("author")), *seen, track__in=editable)

    def trash_of(self, viewer: Viewer) -> "CommentQuerySet":
        """Both of them: what the viewer may bring back."""
        own, taken = self.own_trash(viewer).values("pk"), self.taken_away(viewer).values("pk")
        return self.filter(Q(pk__in=own) | Q(pk__in=taken))

    def to_purge(self, *, before: datetime) -> "CommentQuerySet":
        """In the trash since then or longer."""
        return self.filter(IN_TRASH, deleted_at__lte=before)

    def miscounted(self) -> "CommentQuerySet":
        """Counted though they do not stand, or the other way round."""
        return self.filter(Q(STANDS, is_counted=False) | Q(~STANDS, is_counted=True))

    def since(self, moment: datetime) -> "CommentQuerySet":
        return self.filter(created_at__gt=moment)

    def for_card(self) -> Any:
        """The rows that `comment_card` reads."""
        standing = ExpressionWrapper(STANDS, output_field=BooleanField())
        return self.annotate(is_standing=standing).values(*CARD_COLUMNS)
