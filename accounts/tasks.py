from celery import shared_task
from django.utils import timezone

from accounts import mails, services
from config.lib.events.consequences import consequence


@consequence(name="accounts.mail_verification")
def mail_verification(*, user_id: int, **_: object) -> None:
    mails.send_verification(user_id=user_id)


@consequence(name="accounts.mail_address_tried")
def mail_address_tried(*, user_id: int, **_: object) -> None:
    mails.send_address_tried(user_id=user_id)


@shared_task(name="accounts.lift_due_suspensions")
def lift_due_suspensions(**_: object) -> int:
    return services.lift_due_suspensions(at=timezone.now())


@shared_task(name="accounts.forget_tickets")
def forget_tickets(**_: object) -> int:
    return services.forget_tickets(at=timezone.now())


@shared_task(name="accounts.forget_unverified")
def forget_unverified(**_: object) -> int:
    return services.forget_unverified(at=timezone.now())
