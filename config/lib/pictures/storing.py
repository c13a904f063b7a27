"""Pictures of any app: stored as variants before their row is saved, and gone again where it is not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.core.files.base import ContentFile

from config.lib import storage
from config.lib.custody.removing import remove_after_commit
from config.lib.pictures.images import Picture
from config.lib.pictures.models import StoredPicture
from config.lib.secrets import random_key

Row = TypeVar("Row", bound=StoredPicture)


@contextmanager
def owned_or_removed(row: StoredPicture) -> Iterator[None]:
    """For a block that stores the variants of a picture and saves its row: without the row they go again.

    Whether there is a row the database says, not the exception: a commit may succeed and its answer be lost.
    """
    try:
        yield
    finally:
        if not type(row)._default_manager.filter(key=row.key).exists():  # noqa: SLF001 -- Django's documented name
            storage.delete_folder(prefix=row.folder)


@contextmanager
def stored_picture(model: type[Row], *, picture: Picture | None, at: datetime) -> Iterator[Row | None]:
    """The picture as a row that the block may save; its variants are stored already. None for none."""
    if picture is None:
        yield None
        return
    row = model(key=random_key(), color=picture.color, placeholder=picture.placeholder, created_at=at)
    with owned_or_removed(row):
        for name, content in picture.variants.items():
            storage.store(key=f"{row.folder}/{name}", content=ContentFile(content))
        yield row


@contextmanager
def renamed_picture(old: Row, *, at: datetime) -> Iterator[Row]:
    """A copy under a new name, as a row that the block may save in the place of the old one."""
    new = type(old)(key=random_key(), color=old.color, placeholder=old.placeholder, created_at=at)
    with owned_or_removed(new):
        storage.copy_folder(source=old.folder, target=new.folder)
        yield new


def drop_picture(row: StoredPicture, *, reason: str, by: str) -> None:
    """Remove the row of a picture, and after the commit its variants; the record says why."""
    remove_after_commit(prefix=row.folder, reason=reason, by=by)
    row.delete()
