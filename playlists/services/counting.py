"""Numbers follow what becomes of tracks: one goes private, comes back, plays for longer, is gone for good.

Each row of a playlist says what it is counted as, and is corrected together with the numbers: twice is once, and what
was interrupted goes on. Tracks are held first, as by who adds one: a row that is being made is seen here, or sees what
has happened. Then rows of playlists, by playlist, then numbers. What does not fit in one transaction is announced.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction

from config.lib.events import emit
from playlists.events import ItemsOrphaned, PlaylistCoverOutdated, TrackMiscounted, TracksOfMiscounted
from playlists.models import PlaylistItem
from playlists.queries import outdated_covers
from playlists.services.numbers import move_numbers, shares_of
from tracks.models import Track

BATCH = 1000
TRACKS_BATCH = 200


@transaction.atomic
def settle_track(*, track_id: int, after_id: int = 0, batch: int = BATCH) -> int:
    """Correct the numbers of playlists in which the track is, at most `batch` of them, those after a row; how many.

    Of those whose first pictures have changed their own follows.
    """
    hold_tracks_of([track_id])
    items = PlaylistItem.objects.filter(track_id=track_id, pk__gt=after_id).order_by("pk")
    found = list(items.values_list("pk", "playlist_id")[:batch])
    share = shares_of([track_id]).get(track_id)
    settled = settle_items([pk for pk, _ in found], share=share)
    tell_outdated({playlist_id for _, playlist_id in found})
    if len(found) == batch:
        emit(TrackMiscounted(track_id=track_id, after_id=found[-1][0]))
    return settled


@transaction.atomic
def settle_tracks_of(*, user_id: int, after_id: int = 0, batch: int = TRACKS_BATCH) -> int:
    """Let playlists follow the standing of a person whose tracks are in them, at most `batch` tracks at a time, those
    after a track; how many there were."""
    tracks = Track.objects.filter(owner_id=user_id, pk__gt=after_id).order_by("pk")
    track_ids = hold_tracks_of(list(tracks.values_list("pk", flat=True)[:batch]))
    for track_id in PlaylistItem.objects.filter(track_id__in=track_ids).values_list("track_id", flat=True).distinct():
        emit(TrackMiscounted(track_id=track_id, after_id=0))
    if len(track_ids) == batch:
        emit(TracksOfMiscounted(user_id=user_id, after_id=track_ids[-1]))
    return len(track_ids)


@transaction.atomic
def drop_orphans(*, batch: int = BATCH) -> int:
    """Remove rows of tracks that are gone for good, at most `batch` of them, and their part in numbers; how many."""
    orphans = PlaylistItem.objects.filter(track=None).order_by("playlist_id", "pk").select_for_update()
    found = list(orphans.values_list("pk", "playlist_id", "counted_ms")[:batch])
    PlaylistItem.objects.filter(pk__in=[pk for pk, *_ in found]).delete()
    move_numbers(sums((playlist_id, -1, -ms) for _, playlist_id, ms in found if ms is not None))
    tell_outdated({playlist_id for _, playlist_id, _ in found})
    if len(found) == batch:
        emit(ItemsOrphaned())
    return len(found)


def hold_tracks_of(track_ids: Collection[int]) -> list[int]:
    """Hold those of these tracks that there are, in the order of their ids."""
    rows = Track.objects.select_for_update(no_key=True).filter(pk__in=track_ids)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def settle_items(pks: Collection[int], *, share: int | None) -> int:
    """Let rows of one track, which is held, be counted as it asks for (None: not at all); how many were not."""
    rows = PlaylistItem.objects.filter(pk__in=pks).order_by("playlist_id", "pk").select_for_update(no_key=True)
    wrong = [item for item in rows if item.counted_ms != share]
    PlaylistItem.objects.filter(pk__in=[item.pk for item in wrong]).update(counted_ms=share)
    tracks, length = int(share is not None), share or 0
    move_numbers(
        sums(
            (item.playlist_id, tracks - int(item.counted_ms is not None), length - (item.counted_ms or 0))
            for item in wrong
        )
    )
    return len(wrong)


def sums(moves: Iterable[tuple[int, int, int]]) -> dict[int, tuple[int, int]]:
    """Moves of the numbers of playlists, those of one playlist as one."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for playlist_id, tracks, duration_ms in moves:
        before = found[playlist_id]
        found[playlist_id] = (before[0] + tracks, before[1] + duration_ms)
    return dict(found)


def tell_outdated(playlist_ids: Collection[int]) -> None:
    """Tell which of these playlists show others' covers than their first tracks have."""
    for playlist_id in outdated_covers(playlist_ids):
        emit(PlaylistCoverOutdated(playlist_id=playlist_id))
