"""Covers of tracks that fewer people may see from now on."""

from datetime import datetime

from django.db import transaction

from config.lib.pictures.storing import drop_picture, renamed_picture
from tracks.models import Artwork, Track
from tracks.services.publishing import lock_track


def move_artwork(*, track_id: int, artwork_id: int | None, at: datetime) -> bool:
    """Give the cover of a track that fewer may see a new name: addresses that were handed out open nothing.

    False when there is nothing to move: no cover, another one by now, or the track is in lists again.
    """
    track = Track.objects.filter(pk=track_id).first()
    old = Artwork.objects.filter(pk=artwork_id).first() if artwork_id else None
    if track is None or old is None or track.is_listed:
        return False
    with renamed_picture(old, at=at) as new:
        return switch_artwork(track_id=track_id, old=old, new=new)


@transaction.atomic
def switch_artwork(*, track_id: int, old: Artwork, new: Artwork) -> bool:
    """Put `new` in the place of `old`; False when somebody else was there first."""
    track = lock_track(track_id)
    if track.artwork_id != old.pk:
        return False
    new.save(force_insert=True)
    track.artwork = new
    track.save(update_fields=["artwork"])
    drop_picture(old, reason="withdrawn", by="tracks.move_artwork")
    return True
