from celery import shared_task
from django.utils import timezone

from config.lib.events.consequences import consequence
from social import mails, services


@consequence(name="social.settle_follows")
def settle_follows(*, user_id: int, **_: object) -> int:
    return services.settle_follows(user_id=user_id)


@consequence(name="social.mail_invitation")
def mail_invitation(*, invitation_id: int, **_: object) -> None:
    mails.send_invitation(invitation_id=invitation_id)


@shared_task(name="social.forget_invitations")
def forget_invitations(**_: object) -> int:
    return services.forget_invitations(at=timezone.now())
