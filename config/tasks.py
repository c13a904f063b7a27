from celery import shared_task
from django.utils import timezone

from config.lib.events.partitions import keep_partitions as keep


@shared_task(name="events.keep_partitions")
def keep_partitions(**_: object) -> None:
    keep(at=timezone.now())
