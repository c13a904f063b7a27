from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from config.lib.viewer import Viewer
from engagement.plays.ids import moment_of
from tracks.models import Track

if TYPE_CHECKING:
    from engagement.plays.models import Play  # noqa: F401 -- named in strings below

# One is still in the middle of a track: so far from its beginning, and so far from its end.
MARGIN_MS = 30_000
# What was left longer ago is not offered to be gone on with.
UNFINISHED_FOR = timedelta(days=90)


class PlayQuerySet(QuerySet["Play"]):
    def named(self, play_id: UUID) -> "PlayQuerySet":
        """The play of that id; the month that it is in is read from the id."""
        return self.filter(pk=play_id, created_at=moment_of(play_id))

    def visible_to(self, viewer: Viewer) -> "PlayQuerySet":
        """What the viewer has heard themselves, since they last cleared their history, of tracks that they may (still)
        open."""
        if viewer.user_id is None:
            return self.none()
        clearings = apps.get_model("engagement", "HistoryClearing").objects  # whose module imports this one
        cleared = clearings.filter(person_id=viewer.user_id, cleared_at__gte=OuterRef("created_at"))
        tracks = Track.objects.visible_to(viewer).values("pk")
        return self.filter(~Exists(cleared), person_id=viewer.user_id, heard_ms__gt=0, track__in=tracks)

    def unfinished(self, *, at: datetime) -> "PlayQuerySet":
        """The last play of each track, where it was left in the middle."""
        later = self.model._default_manager.filter(  # noqa: SLF001 -- Django's documented name
            person_id=OuterRef("person_id"),
            track_id=OuterRef("track_id"),
            created_at__gt=OuterRef("created_at"),
            heard_ms__gt=0,
        )
        return self.filter(
            ~Exists(later),
            Q(ended_at__isnull=True),
            created_at__gt=at - UNFINISHED_FOR,
            position_ms__gte=MARGIN_MS,
            duration_ms__gte=F("position_ms") + MARGIN_MS,
        )

    def for_card(self) -> Any:
        """The rows that `heard_card` reads, beside the card of the track."""
        return self.values("id", "track_id", "created_at", "position_ms", "heard_ms", "ended_at")
