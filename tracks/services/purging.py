"""A track that nobody can open any more goes for good."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.services import add_tracks
from config.lib import advisory, failpoints, storage
from config.lib.custody.removing import remove_now
from config.lib.events import emit
from social.choices import Kind
from social.services import forget_object
from tracks.events import TrackPurged
from tracks.models import Artwork, Sound, Track
from tracks.services.quota import release

logger = logging.getLogger(__name__)


def purge_track(*, track_id: int, reason: str, at: datetime) -> bool:
    """Remove a track, its sounds and its cover; False when it is gone already.

    What is stored goes first, unlike everywhere else: nobody opens this track, and as long as its row is there the next
    attempt knows that something is left to do.
    """
    for folder in folders_of(track_id):
        remove_now(prefix=folder, reason=reason, by="tracks.purge_track")
        failpoints.reach("purge_between_objects")
    failpoints.reach("purge_before_rows")
    return remove_rows(track_id=track_id, reason=reason, at=at)


def folders_of(track_id: int) -> list[str]:
    """Where something of a track is stored."""
    sounds = [sound.folder for sound in Sound.objects.filter(track=track_id)]
    covers = Artwork.objects.filter(pk__in=Track.objects.filter(pk=track_id).values("artwork"))
    return [*sounds, *(cover.folder for cover in covers)]


@transaction.atomic
def remove_rows(*, track_id: int, reason: str, at: datetime) -> bool:
    """The rows of a track go, and after the commit what came newly while nobody had locked them, under the record that
    is written already; whoever works on its sound loses the lease. Room in the plan is given back."""
    advisory.hold(f"tracks.queue_replacement:{track_id}")
    sounds = list(Sound.objects.filter(track=track_id).select_for_update(of=("self",)).order_by("pk"))
    track = Track.objects.select_for_update(of=("self",)).filter(pk=track_id).first()
    if track is None:
        return False
    for folder in folders_of(track_id):
        transaction.on_commit(partial(storage.delete_folder, prefix=folder), robust=True)
    for sound in sounds:
        release(key=sound.key, at=at)
    add_tracks(user_id=track.owner_id, n=-int(track.is_listed))
    forget_object(kind=Kind.TRACK, object_id=track.pk)
    emit(TrackPurged(track_id=track.pk, owner_id=track.owner_id))
    logger.info("track_purged", extra={"track_id": track.pk, "reason": reason})
    cover = track.artwork
    track.delete()
    if cover is not None:
        cover.delete()
    return True
