"""Answers that are not rows of one model."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.querysets import in_good_standing, unblocked
from config.lib.grants import Grant
from config.lib.viewer import Viewer
from playlists.models import Cover, Playlist, PlaylistItem
from playlists.querysets import SHARED_AS
from tracks.models import Track
from tracks.sharing.kinds import led_to

# A composed picture is made of so many covers.
COVERS = 4


def find_playlist_cover(key: str) -> Cover | None:
    """The picture of a playlist that is stored under this key; that of one which nobody may open now is not there."""
    shown = Playlist.objects.filter(
        Q(artwork=OuterRef("pk")) | Q(cover=OuterRef("pk")), in_good_standing("owner__"), deleted_at__isnull=True
    )
    return Cover.objects.filter(Exists(shown), key=key).first()


def find_in_trash(playlist_id: int, *, viewer: Viewer) -> Playlist | None:
    """A playlist in the trash that the viewer may bring back."""
    return thrown_away(viewer).filter(pk=playlist_id).first()


def trash_branches(viewer: Viewer) -> tuple[QuerySet[Playlist], ...]:
    """What the viewer may bring back or let go for good: their own, and what is in spaces. No row is in both."""
    return Playlist.objects.own_trash(viewer), Playlist.objects.space_trash(viewer)


def thrown_away(viewer: Viewer) -> QuerySet[Playlist]:
    """The rows of all branches."""
    return Playlist.objects.trashed_by(viewer)


def to_purge(*, before: datetime) -> QuerySet[Playlist]:
    """What has been in the trash since then or longer."""
    return Playlist.objects.to_purge(before=before)


def first_covers() -> ArraySubquery:
    """The ids of the first covers of the listed tracks of the row outside, a playlist, in their order."""
    listed = Track.objects.listed().filter(artwork__isnull=False).values("pk")
    items = PlaylistItem.objects.filter(playlist_id=OuterRef("pk"), track__in=listed).in_order()
    return ArraySubquery(items.values("track__artwork_id")[:COVERS])


def outdated_covers(playlist_ids: Collection[int]) -> list[int]:
    """Those of these playlists that show what is composed, of other covers than their first tracks have now."""
    rows = Playlist.objects.filter(pk__in=playlist_ids, artwork__isnull=True).alias(wanted=first_covers())
    return list(rows.exclude(cover_of=F("wanted")).order_by("pk").values_list("pk", flat=True))


def totals(playlist_ids: Collection[int], *, viewer: Viewer, edits: bool) -> dict[int, dict[str, int]]:
    """How many tracks the viewer sees in each of these playlists, and how long they are; one query.

    `edits`: whether the viewer may edit them, and so sees what lists show to nobody else.
    """
    items = PlaylistItem.objects.filter(playlist_id__in=playlist_ids)
    seen = items.visible_to(viewer) if edits else items.shown_to(viewer)
    rows = seen.values("playlist_id").annotate(
        tracks_count=Count("pk"), total_ms=Coalesce(Sum(Coalesce("track__duration_ms", 0)), 0)
    )
    found = {
        row["playlist_id"]: {"tracks_count": row["tracks_count"], "duration_ms": row["total_ms"]}
        for row in rows.order_by()
    }
    nothing = {"tracks_count": 0, "duration_ms": 0}
    return {playlist_id: found.get(playlist_id, nothing) for playlist_id in playlist_ids}


def opened_by_token(viewer: Viewer) -> Q:
    """The condition of a track that the secret token of a playlist opens. The viewer has brought a token."""
    return opened_in(Q(playlist__secret_digest=viewer.secret_digest), viewer=viewer)


def opened_by_grant(grant: Grant, viewer: Viewer) -> Q:
    """The condition of a track that a shared link to a playlist opens."""
    return opened_in(Q(playlist__in=led_to(grant, name=SHARED_AS)), viewer=viewer)


def opened_in(key_fits: Q, *, viewer: Viewer) -> Q:
    """The condition of a track that whoever has the key of a playlist opens: it is in that playlist, and whose the
    track is, person or space, the playlist is too. `key_fits`: the condition on the rows of what is in playlists."""
    of_one_owner = Q(playlist__space__isnull=True, playlist__owner_id=OuterRef("owner_id")) & Q(
        track__space__isnull=True
    ) | Q(playlist__space_id=OuterRef("space_id"))
    items = PlaylistItem.objects.filter(
        of_one_owner,
        key_fits,
        in_good_standing("playlist__owner__"),
        unblocked(viewer, "playlist__owner__"),
        track_id=OuterRef("pk"),
        playlist__deleted_at__isnull=True,
    )
    return Q(Exists(items))


def composed_of(covers: list[Any]) -> list[Any]:
    """Which of the first covers make up the picture: four a square of four, fewer the first one alone."""
    return covers if len(covers) == COVERS else covers[:1]
