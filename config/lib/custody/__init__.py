"""Who owns what is stored: every object has a row, every row has its objects, and what is removed says why.

An app that stores objects describes them as shelves; `config/composed/custody.py` lists the shelves of all apps.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import QuerySet

from config.lib import storage
from config.lib.storage import StoredObject


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a row says of the objects under its name.

    `needed`: the keys that must be there, each with what a person can do once it is not. `kept`: what may be there as
    well; a name that ends with a slash means all below it.
    """

    needed: Mapping[str, str] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()

    def covers(self, key: str) -> bool:
        """Whether the object belongs to the row."""
        return key in self.needed or any(
            key == kept or (kept[-1] == "/" and key.startswith(kept)) for kept in self.kept
        )


NO_CLAIM = Claim()


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One kind of stored objects, `root/<name>…`, and the rows that own them by that name.

    `claims` answers for those of the names that have a row. `names` gives the names of rows in ascending order, so many
    after the given one. The others say where the objects lie.
    """

    root: str
    claims: Callable[[Collection[str]], Mapping[str, Claim]]
    names: Callable[[str, int], list[str]]
    objects: Callable[[], Iterator[StoredObject]]
    size_of: Callable[[str], int | None]
    remove: Callable[[str], object]


def stored_shelf(
    root: str,
    *,
    claims: Callable[[Collection[str]], Mapping[str, Claim]],
    names: Callable[[str, int], list[str]],
) -> Shelf:
    """A shelf in the default storage."""
    return Shelf(
        root=root,
        claims=claims,
        names=names,
        objects=partial(storage.walk, root),
        size_of=storage.size_of,
        remove=lambda key: storage.delete_with_folders(key=key),
    )


def names_of(rows: QuerySet[Any], last: str, most: int) -> list[str]:
    """The keys of rows in ascending order, so many after the last one."""
    return list(rows.filter(key__gt=last).order_by("key").values_list("key", flat=True)[:most])


def name_in(key: str) -> str:
    """The name of the row that an object would belong to: what follows the root, without an ending."""
    return key.split("/")[1].partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Orphans:
    """Objects under one name that no row owns; all of them were stored before `newest` or at it."""

    shelf: Shelf
    name: str
    objects: tuple[StoredObject, ...]

    @property
    def newest(self) -> datetime:
        return max(found.stored_at for found in self.objects)

    def __str__(self) -> str:
        size = sum(found.size for found in self.objects)
        return f"orphan   {self.shelf.root}/{self.name}: {len(self.objects)} objects, {size} bytes, no row owns them"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """An object that a row needs and that is not there."""

    key: str
    remedy: str

    def __str__(self) -> str:
        return f"missing  {self.key} -> {self.remedy}"


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """A folder of the storage that is no shelf of ours: nobody can say whether it may go."""

    folder: str

    def __str__(self) -> str:
        return f"stranger {self.folder}/: nothing of ours is stored there -> look at it, and move it elsewhere"


Difference = Orphans | Missing | Stranger
