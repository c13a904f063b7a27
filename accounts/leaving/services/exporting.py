"""Archives of all that a person has here: asked for, stored, and removed in time."""

from datetime import datetime

from django.db import transaction

from accounts.events import ExportFinished, ExportQueued
from accounts.leaving.choices import EXPORT_EVERY, EXPORT_KEPT
from accounts.models import AccountExport, User
from config.lib import storage
from config.lib.custody.removing import remove_after_commit, remove_now
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.jobs import OPEN, JobState, Line
from config.lib.secrets import random_key

# The most archives that one sweep removes.
REMOVE_MOST = 100
REMOVER = "privacy.exports"


class ExportTooSoon(DomainError):
    code = "export_too_soon"
    status = 429
    title = "There is an export of less than a day ago; the next one can be asked for in {retry_after_s} seconds."


def send(export: AccountExport) -> None:
    """Tell the workers that an export waits."""
    emit(ExportQueued(export_id=export.pk))


EXPORTS = Line(model=AccountExport, send=send, tries=3)


@transaction.atomic
def request_export(*, user: User, at: datetime) -> AccountExport:
    """An archive of all that the person has here, made in the background. While one is on its way, that one.

    Raises ExportTooSoon, unless the last one failed.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two requests at once are one
    latest = AccountExport.objects.filter(user=user).exclude(state=JobState.FAILED).order_by("-pk").first()
    if latest is not None and latest.state in OPEN:
        return latest
    if latest is not None and at < latest.requested_at + EXPORT_EVERY:
        raise ExportTooSoon(retry_after_s=int((latest.requested_at + EXPORT_EVERY - at).total_seconds()) + 1)
    return EXPORTS.add(AccountExport(user=user, key=random_key(), requested_at=at, due_at=at))


def begin_export(*, export_id: int, at: datetime) -> AccountExport | None:
    """Take a waiting export to work on it; None when there is nothing to do, or somebody else does it."""
    return EXPORTS.claim(pk=export_id, at=at)


@transaction.atomic
def finish_export(*, export: AccountExport, size: int, sha256: str, at: datetime) -> None:
    """The archive is stored: its owner may fetch it, and is told so; older ones go. Raises LeaseLost."""
    EXPORTS.finish(export, at=at, bytes=size, sha256=sha256, expires_at=at + EXPORT_KEPT)
    for older in AccountExport.objects.filter(user=export.user_id, pk__lt=export.pk):
        drop_export(older, reason="replaced")
    emit(ExportFinished(export_id=export.pk, user_id=export.user_id))


def discard_archive(*, export: AccountExport) -> None:
    """Remove what an attempt has stored that is not the one that counts."""
    storage.delete(key=export.archive_key)


def remove_old_exports(*, at: datetime) -> int:
    """Remove the archives whose week is over, and what is left of exports that failed; the number of rows."""
    over = AccountExport.objects.filter(state=JobState.DONE, expires_at__lte=at)
    failed = AccountExport.objects.filter(state=JobState.FAILED, ended_at__lte=at - EXPORT_KEPT)
    with transaction.atomic():
        old = list((over | failed).select_for_update(skip_locked=True).order_by("pk")[:REMOVE_MOST])
        for export in old:
            drop_export(export, reason="expired")
    return len(old)


def drop_export(export: AccountExport, *, reason: str) -> None:
    """Remove the row of an export, and after the commit the archive: what a kill leaves behind is an orphan."""
    remove_after_commit(prefix=export.folder, reason=reason, by=REMOVER)
    export.delete()


def remove_exports(*, user_id: int, reason: str) -> None:
    """Remove all exports of a person, the archives first: as long as there is a row, something is left to do."""
    for export in AccountExport.objects.filter(user=user_id):
        remove_now(prefix=export.folder, reason=reason, by=REMOVER)
        export.delete()
