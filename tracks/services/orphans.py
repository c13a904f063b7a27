"""Every stored object has a row that owns it; what a killed process left without one goes here."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from config.lib import storage
from tracks.models import Artwork, Sound, Upload

# Younger objects may belong to a row that is about to be written.
OLD_ENOUGH = timedelta(days=1)
BATCH = 500


def remove_orphans(*, at: datetime) -> int:
    """Remove sounds and covers that were stored a day ago or earlier and have no row; the number of objects."""
    before = at - OLD_ENOUGH
    owners: dict[str, tuple[QuerySet[Any], ...]] = {
        Sound.ROOT: (Sound.objects.all(), Upload.objects.waiting()),
        Artwork.ROOT: (Artwork.objects.all(),),
    }
    return sum(remove_unowned(root=root, owners=rows, before=before) for root, rows in owners.items())


def remove_unowned(*, root: str, owners: tuple[QuerySet[Any], ...], before: datetime) -> int:
    """Remove the folders below `root` whose name is no owner's key, if all in them was stored before then."""
    try:
        keys = default_storage.listdir(root)[0]  # object storage has no folders to ask for with `exists`
    except FileNotFoundError:
        return 0
    removed = 0
    for start in range(0, len(keys), BATCH):
        batch = set(keys[start : start + BATCH])
        unowned = batch.difference(*(rows.filter(key__in=batch).values_list("key", flat=True) for rows in owners))
        old = [key for key in unowned if newest(f"{root}/{key}", so_far=before) <= before]
        removed += sum(storage.delete_folder(prefix=f"{root}/{key}") for key in old)
    return removed


def newest(folder: str, *, so_far: datetime) -> datetime:
    """When the last object below a folder was stored, or `so_far` if that is later."""
    folders, files = default_storage.listdir(folder)
    times = [default_storage.get_modified_time(f"{folder}/{name}") for name in files]
    times += [newest(f"{folder}/{name}", so_far=so_far) for name in folders]
    return max([so_far, *times])
