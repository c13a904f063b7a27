"""An account as one archive: every app's share, a schema, and checksums."""

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from accounts.leaving.services import EXPORTS, begin_export, discard_archive, finish_export
from accounts.models import AccountExport
from config.composed.privacy import PARTS
from config.lib import storage
from config.lib.archives import Archive, digest_of
from config.lib.jobs import Heartbeat, LeaseLost
from config.lib.privacy import Document, Holding, StoredFile, archive_schema

logger = logging.getLogger(__name__)

FORMAT, VERSION = "earshot-export", 1
SHOW_EVERY_S = 1.0
README = """This archive holds everything that your account has here.

`manifest.json` says when and where it was made, and what could not be read. Each other `.json` file is a list with an
object a line; `schema.json` (JSON Schema, 2020-12) describes them under `$defs`, by the file's name without `.json`.
Files are as you uploaded them. To check that nothing was damaged on its way: `sha256sum --check SHA256SUMS`.
"""

Progress = Callable[[float], None]


def export_account(*, export_id: int) -> bool:
    """Make the archive that somebody waits for; False when there is nothing to do. What goes wrong is tried again.

    The clock is read here and not handed in: this takes minutes.
    """
    export = begin_export(export_id=export_id, at=timezone.now())
    if export is None:
        return False
    job = f"export-{export.pk}-"
    storage.remove_private_folders(prefix=job)  # of attempts that were killed on this machine
    try:
        with Heartbeat(EXPORTS, export), storage.private_folder(prefix=f"{job}{export.attempt}") as folder:
            store_archive(export, folder=folder)
    except LeaseLost:
        logger.warning("lease_lost", extra={"export_id": export.pk, "attempt": export.attempt})
        discard_archive(export=export)
    except (OSError, storage.StorageFull, DatabaseError) as error:
        logger.exception("export_failed", extra={"export_id": export.pk, "attempt": export.attempt})
        code = "no_room" if isinstance(error, storage.StorageFull) else "export_failed"
        EXPORTS.hand_back(export, code=code, at=timezone.now())
    return True


def store_archive(export: AccountExport, *, folder: Path) -> None:
    """The whole work of an attempt. Raises LeaseLost, StorageFull, OSError."""
    path = folder / "archive.zip"
    storage.delete_folder(prefix=export.folder)  # what an earlier attempt may have stored
    storage.ensure_room(sum(file.size for file in files_of(export.user_id)))
    show = partial(show_progress, export)
    write_archive(user_id=export.user_id, path=path, at=timezone.now(), on_progress=show)
    size, sha256 = path.stat().st_size, digest_of(path)
    show(1)
    storage.move_in(key=export.archive_key, path=path)
    finish_export(export=export, size=size, sha256=sha256, at=timezone.now())


def show_progress(export: AccountExport, part: float) -> None:
    """Write how far the archive is. Raises LeaseLost."""
    EXPORTS.show(export, progress=part)


def holdings_of(user_id: int) -> Iterator[Holding]:
    """All that there is of a person, app by app."""
    return (holding for part in PARTS for holding in part.export(user_id))


def files_of(user_id: int) -> Iterator[StoredFile]:
    return (holding for holding in holdings_of(user_id) if isinstance(holding, StoredFile))


def write_archive(*, user_id: int, path: Path, at: datetime, on_progress: Progress) -> None:
    """Write the archive of a person into a new file; memory does not grow with what they have.

    Objects that are gone are named in the manifest: one that was lost is no reason to keep the others back.
    `on_progress` gets a fraction, about once a second.
    """
    meter = Meter(total=sum(file.size for file in files_of(user_id)), show=on_progress)
    manifest = {"format": FORMAT, "version": VERSION, "site": settings.SITE_URL, "user_id": user_id, "made_at": at}
    missing = []
    with Archive(path, made_at=at) as archive:
        archive.add_text("README.txt", README)
        archive.add_json("schema.json", archive_schema(PARTS))
        for holding in holdings_of(user_id):
            if isinstance(holding, Document):
                archive.add_rows(f"{holding.name}.json", holding.rows)
                meter.tick(0)
            elif not add_object(archive, holding, beside=path, tick=meter.tick):
                missing.append(holding.name)
                logger.error("export_misses_object", extra={"user_id": user_id, "key": holding.key})
        archive.add_json("manifest.json", manifest | {"missing": missing})


def add_object(archive: Archive, file: StoredFile, *, beside: Path, tick: Callable[[int], None]) -> bool:
    """Put a stored object into the archive, by way of a file beside it; False when there is no such object."""
    local = beside.with_name("object")
    try:
        storage.bring(key=file.key, target=local)
        with local.open("rb") as source:
            archive.add_file(file.name, source, tick=tick)
    except FileNotFoundError:
        return False
    finally:
        local.unlink(missing_ok=True)
    return True


class Meter:
    """Counts bytes, and shows at most once a second which part of all that is."""

    def __init__(self, *, total: int, show: Progress) -> None:
        self.total = max(1, total)
        self.taken = 0
        self.show = show
        self.next_at = 0.0

    def tick(self, more: int) -> None:
        self.taken += more
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + SHOW_EVERY_S
            self.show(min(1.0, self.taken / self.total))
