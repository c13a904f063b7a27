from celery import shared_task
from django.utils import timezone

from config.lib.events.partitions import keep_partitions as keep
from config.lib.idempotency import forget_old


@shared_task(name="events.keep_partitions")
def keep_partitions(**_: object) -> None:
    keep(at=timezone.now())


@shared_task(name="idempotency.forget_old_keys")
def forget_old_keys(**_: object) -> None:
    forget_old(at=timezone.now())
