"""Compares what is stored with what rows say, in a stream: memory does not grow with the number of either."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path

from django.conf import settings
from django.db import connection

from config.lib import bucket, storage
from config.lib.custody import NO_CLAIM, Difference, Missing, Orphans, Shelf, Stranger, name_in
from config.lib.storage import StoredObject

# So many names at once: what one question to the database is about.
BATCH = 500

Folder = tuple[str, list[StoredObject]]


class Tally:
    """How much was looked at."""

    def __init__(self) -> None:
        self.objects = 0
        self.bytes = 0

    def counted(self, found: Iterable[StoredObject]) -> Iterator[StoredObject]:
        """The same objects, counted as they pass."""
        for one in found:
            self.objects += 1
            self.bytes += one.size
            yield one


def differences(shelves: Iterable[Shelf], *, before: datetime, tally: Tally) -> Iterator[Difference]:
    """All that does not fit. Objects that came after `before` may belong to a row that is about to be written."""
    known = set()
    for shelf in shelves:
        known.add(shelf.root)
        with Met.table() as met:
            yield from strays_on(shelf, before=before, tally=tally, met=met)
            yield from rows_without_objects(shelf, met=met)
    yield from strangers(known)


def strays_on(shelf: Shelf, *, before: datetime, tally: Tally, met: "Met") -> Iterator[Difference]:
    """From the objects to the rows, name by name."""
    by_name = groupby(tally.counted(shelf.objects()), key=lambda found: name_in(found.key))
    folders = ((name, list(found)) for name, found in by_name)
    while batch := list(islice(folders, BATCH)):
        claims = shelf.claims({name for name, _ in batch})
        met.add([name for name, _ in batch])
        for name, found in batch:
            claim = claims.get(name, NO_CLAIM)
            orphans = Orphans(shelf=shelf, name=name, objects=tuple(one for one in found if not claim.covers(one.key)))
            if orphans.objects and orphans.newest <= before:
                yield orphans
            if set(claim.needed) - {one.key for one in found}:
                yield from missing_of(shelf, name)


def rows_without_objects(shelf: Shelf, *, met: "Met") -> Iterator[Missing]:
    """From the rows to the objects: those under whose name nothing was met."""
    last = ""
    while names := shelf.names(last, BATCH):
        last = names[-1]
        for name in met.unmet(names):
            yield from missing_of(shelf, name)


def missing_of(shelf: Shelf, name: str) -> Iterator[Missing]:
    """What a row lacks at this moment: it may have come, or the row have gone, since the listing passed by."""
    claim = shelf.claims({name}).get(name, NO_CLAIM)
    for key, remedy in claim.needed.items():
        if shelf.size_of(key) is None and key in shelf.claims({name}).get(name, NO_CLAIM).needed:
            yield Missing(key=key, remedy=remedy)


def strangers(known: set[str]) -> Iterator[Stranger]:
    """Folders of the storage that are no shelf; the place of temporary work may lie among them."""
    work = Path(settings.WORK_ROOT).absolute()
    media = None if bucket.is_on() else Path(settings.MEDIA_ROOT).absolute()
    for folder in storage.top_folders():
        if folder not in known and not (media and work.is_relative_to(media / folder)):
            yield Stranger(folder=folder)


class Met:
    """The names that the listing has passed, in a temporary table: a set of them would grow with the storage."""

    @classmethod
    @contextmanager
    def table(cls) -> Iterator["Met"]:
        """An empty one, gone after the block or with the connection."""
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.met_names")
            cursor.execute("CREATE TEMPORARY TABLE met_names (name varchar(64) PRIMARY KEY)")
        try:
            yield cls()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS pg_temp.met_names")

    def add(self, names: list[str]) -> None:
        """Keep these; a name that is longer than any of ours is nobody's."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO met_names SELECT left(name, 64) FROM unnest(%s::text[]) AS name ON CONFLICT DO NOTHING",
                [names],
            )

    def unmet(self, names: list[str]) -> list[str]:
        """Those of the names that were not kept."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM met_names WHERE name = ANY(%s::text[])", [names])
            met = {name for (name,) in cursor.fetchall()}
        return [name for name in names if name not in met]
