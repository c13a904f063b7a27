from celery import shared_task
from django.utils import timezone

from billing import services


@shared_task(name="billing.release_expired")
def release_expired(**_: object) -> int:
    return services.release_expired(at=timezone.now())


@shared_task(name="billing.forget_released")
def forget_released(**_: object) -> int:
    return services.forget_released(at=timezone.now())
