from celery import shared_task
from django.utils import timezone

from accounts.leaving.services import ERASURES, EXPORTS, remove_old_exports
from config.composed import erasing, exporting, trash
from config.composed.custody import SHELVES
from config.lib.custody.reconciling import reconcile_daily
from config.lib.events.consequences import long_consequence
from config.lib.events.partitions import keep_partitions as keep
from config.lib.idempotency import forget_old


@shared_task(name="events.keep_partitions")
def keep_partitions(**_: object) -> None:
    keep(at=timezone.now())


@shared_task(name="custody.reconcile")
def reconcile(**_: object) -> int:
    return reconcile_daily(shelves=SHELVES, at=timezone.now())


@shared_task(name="idempotency.forget_old_keys")
def forget_old_keys(**_: object) -> None:
    forget_old(at=timezone.now())


@shared_task(name="trash.purge_due")
def purge_due(**_: object) -> int:
    return trash.purge_by_the_clock(at=timezone.now())


@long_consequence(name="trash.purge_track")
def purge_track(*, track_id: int, **_: object) -> bool:
    return trash.purge_track(track_id=track_id, at=timezone.now())


@long_consequence(name="privacy.export_account")
def export_account(*, export_id: int, **_: object) -> bool:
    return exporting.export_account(export_id=export_id)


@long_consequence(name="privacy.erase_account")
def erase_account(*, erasure_id: int, **_: object) -> bool:
    return erasing.erase_account(erasure_id=erasure_id)


@shared_task(name="privacy.sweep_exports")
def sweep_exports(**_: object) -> int:
    return EXPORTS.sweep(at=timezone.now()) + remove_old_exports(at=timezone.now())


@shared_task(name="privacy.sweep_erasures")
def sweep_erasures(**_: object) -> int:
    return ERASURES.sweep(at=timezone.now())
