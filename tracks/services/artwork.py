"""Covers: stored as variants under a name that nobody can guess."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from config.lib import storage
from config.lib.images import Picture
from config.lib.secrets import random_key
from tracks.models import Artwork, Track
from tracks.services.publishing import lock_track


def folder(key: str) -> str:
    """Where the variants of a cover are stored."""
    return f"art/{key}"


def store_cover(*, picture: Picture, at: datetime) -> Artwork:
    """Store the variants; the row that owns them is saved by the caller's transaction."""
    key = random_key()
    for name, content in picture.variants.items():
        storage.store(key=f"{folder(key)}/{name}", content=ContentFile(content))
    return Artwork(key=key, color=picture.color, placeholder=picture.placeholder, created_at=at)


def move_artwork(*, track_id: int, at: datetime) -> bool:
    """Give the cover of a track that is no longer listed a new name: addresses that were handed out open nothing.

    False when there is nothing to move: no cover, or the track is listed again.
    """
    track = Track.objects.select_related("artwork").get(pk=track_id)
    old = track.artwork
    if old is None or track.is_listed:
        return False
    new = Artwork(key=random_key(), color=old.color, placeholder=old.placeholder, created_at=at)
    storage.copy_folder(source=folder(old.key), target=folder(new.key))
    if not switch_artwork(track=track, old=old, new=new):
        storage.delete_folder(prefix=folder(new.key))
        return False
    storage.delete_folder(prefix=folder(old.key))
    return True


@transaction.atomic
def switch_artwork(*, track: Track, old: Artwork, new: Artwork) -> bool:
    """Put `new` in the place of `old`; False when somebody else was there first."""
    track = lock_track(track)
    if track.artwork_id != old.pk:
        return False
    new.save(force_insert=True)
    track.artwork = new
    track.save(update_fields=["artwork"])
    old.delete()
    return True
