"""Covers: stored as variants under a name that nobody can guess."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from config.lib import storage
from config.lib.custody.removing import remove_after_commit
from config.lib.images import Picture
from config.lib.secrets import random_key
from tracks.models import Artwork, Track
from tracks.services.publishing import lock_track


@contextmanager
def owned_or_removed(cover: Artwork) -> Iterator[None]:
    """For a block that stores the variants of a cover and saves its row: without the row they go again.

    Whether there is a row the database says, not the exception: a commit may succeed and its answer be lost.
    """
    try:
        yield
    finally:
        if not Artwork.objects.filter(key=cover.key).exists():
            storage.delete_folder(prefix=cover.folder)


@contextmanager
def stored_cover(*, picture: Picture | None, at: datetime) -> Iterator[Artwork | None]:
    """The picture as a cover that the block may save; its variants are stored already."""
    if picture is None:
        yield None
        return
    cover = Artwork(key=random_key(), color=picture.color, placeholder=picture.placeholder, created_at=at)
    with owned_or_removed(cover):
        for name, content in picture.variants.items():
            storage.store(key=f"{cover.folder}/{name}", content=ContentFile(content))
        yield cover


def move_artwork(*, track_id: int, artwork_id: int | None, at: datetime) -> bool:
    """Give the cover of a track that fewer may see a new name: addresses that were handed out open nothing.

    False when there is nothing to move: no cover, another one by now, or the track is in lists again.
    """
    track = Track.objects.filter(pk=track_id).first()
    old = Artwork.objects.filter(pk=artwork_id).first() if artwork_id else None
    if track is None or old is None or track.is_listed:
        return False
    new = Artwork(key=random_key(), color=old.color, placeholder=old.placeholder, created_at=at)
    with owned_or_removed(new):
        storage.copy_folder(source=old.folder, target=new.folder)
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
    remove_after_commit(prefix=old.folder, reason="withdrawn", by="tracks.move_artwork")
    old.delete()
    return True
