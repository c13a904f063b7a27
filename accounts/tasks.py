from celery import shared_task
from django.utils import timezone

from accounts import mails, services
from accounts.choices import Notice
from accounts.leaving import mails as leaving_mails
from config.lib.events.consequences import consequence


@consequence(name="accounts.mail_verification")
def mail_verification(*, user_id: int | None, **_: object) -> None:
    mails.send_verification(user_id=user_id)


@consequence(name="accounts.mail_address_tried")
def mail_address_tried(*, user_id: int, **_: object) -> None:
    mails.send_address_tried(user_id=user_id)


@consequence(name="accounts.mail_export_ready")
def mail_export_ready(*, export_id: int, **_: object) -> None:
    leaving_mails.send_export_ready(export_id=export_id)


@consequence(name="accounts.mail_deletion_code")
def mail_deletion_code(*, user_id: int, **_: object) -> None:
    leaving_mails.send_deletion_code(user_id=user_id, at=timezone.now())


@consequence(name="accounts.mail_deletion_requested")
def mail_deletion_requested(*, user_id: int, **_: object) -> None:
    leaving_mails.send_deletion_requested(user_id=user_id)


@consequence(name="accounts.mail_deletion_cancelled")
def mail_deletion_cancelled(*, user_id: int, **_: object) -> None:
    leaving_mails.send_deletion_cancelled(user_id=user_id)


@consequence(name="accounts.mail_password_reset")
def mail_password_reset(*, key_id: str, **_: object) -> None:
    mails.send_password_reset(key_id=key_id)


@consequence(name="accounts.mail_email_change")
def mail_email_change(*, key_id: str, **_: object) -> None:
    mails.send_email_change(key_id=key_id)


@consequence(name="accounts.mail_email_changed")
def mail_email_changed(*, user_id: int, former_id: int, **_: object) -> None:
    mails.send_email_changed(user_id=user_id, former_id=former_id)


@consequence(name="accounts.mail_new_device")
def mail_new_device(*, user_id: int, session_id: str, **_: object) -> None:
    mails.send_new_device(user_id=user_id, session_id=session_id)


@consequence(name="accounts.mail_password_changed")
def mail_password_changed(*, user_id: int, **_: object) -> None:
    mails.send_security_notice(user_id=user_id, notice=Notice.PASSWORD_CHANGED)


@consequence(name="accounts.mail_second_factor_added")
def mail_second_factor_added(*, user_id: int, **_: object) -> None:
    mails.send_security_notice(user_id=user_id, notice=Notice.SECOND_FACTOR_ADDED)


@consequence(name="accounts.mail_second_factor_removed")
def mail_second_factor_removed(*, user_id: int, **_: object) -> None:
    mails.send_security_notice(user_id=user_id, notice=Notice.SECOND_FACTOR_REMOVED)


@consequence(name="accounts.mail_recovery_codes_made")
def mail_recovery_codes_made(*, user_id: int, **_: object) -> None:
    mails.send_security_notice(user_id=user_id, notice=Notice.RECOVERY_CODES_MADE)


@consequence(name="accounts.mail_connection_added")
def mail_connection_added(*, user_id: int, **_: object) -> None:
    mails.send_security_notice(user_id=user_id, notice=Notice.CONNECTION_ADDED)


@consequence(name="accounts.mail_connection_removed")
def mail_connection_removed(*, user_id: int, **_: object) -> None:
    mails.send_security_notice(user_id=user_id, notice=Notice.CONNECTION_REMOVED)


@shared_task(name="accounts.forget_keys")
def forget_keys(**_: object) -> int:
    return services.forget_keys(at=timezone.now())


@shared_task(name="accounts.lift_due_suspensions")
def lift_due_suspensions(**_: object) -> int:
    return services.lift_due_suspensions(at=timezone.now())


@shared_task(name="accounts.forget_drafts")
def forget_drafts(**_: object) -> int:
    return services.forget_drafts(at=timezone.now())


@shared_task(name="accounts.refresh_popularity")
def refresh_popularity(**_: object) -> int:
    return services.refresh_popularity()


@shared_task(name="accounts.forget_tickets")
def forget_tickets(**_: object) -> int:
    return services.forget_tickets(at=timezone.now())


@shared_task(name="accounts.forget_personal_tokens")
def forget_personal_tokens(**_: object) -> int:
    return services.forget_personal_tokens(at=timezone.now())


@shared_task(name="accounts.forget_sessions")
def forget_sessions(**_: object) -> int:
    return services.forget_sessions(at=timezone.now())


@shared_task(name="accounts.forget_unverified")
def forget_unverified(**_: object) -> int:
    return services.forget_unverified(at=timezone.now())
