from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.utils import timezone

from accounts.choices import Notice, Purpose
from accounts.devices import device_name
from accounts.links import (
    change_email_url,
    forgot_password_url,
    profile_url,
    reset_password_url,
    verify_email_url,
)
from accounts.models import FormerAddress, MailedKey, Session, User
from accounts.services import key_of
from config.lib.mails import send_mail

CHOOSE_ANOTHER = "choose another password now, which signs everybody out."
ASK_THE_OPERATOR = "answer to this mail, or write to the operator of this site, at once."
# Notice -> its subject, what has happened, and what to do about it when it was somebody else.
NOTICES = {
    Notice.NEW_DEVICE: (
        "Your account was used on a new device",
        "somebody signed in to your account on a device that it was not used on before.",
        CHOOSE_ANOTHER,
    ),
    Notice.PASSWORD_CHANGED: (
        "Your password was changed",
        "the password of your account was changed.",
        CHOOSE_ANOTHER,
    ),
    Notice.EMAIL_CHANGED: (
        "Your account has another address",
        "your account has another e-mail address now; this one opens it no longer.",
        ASK_THE_OPERATOR,
    ),
    Notice.SECOND_FACTOR_ADDED: (
        "A second factor was added",
        "from now on your account asks for a code of the second factor that was added to it.",
        CHOOSE_ANOTHER,
    ),
    Notice.SECOND_FACTOR_REMOVED: (
        "A second factor was removed",
        "your account no longer asks for a code of the second factor that was removed.",
        CHOOSE_ANOTHER,
    ),
    Notice.RECOVERY_CODES_MADE: (
        "New recovery codes were made",
        "your account has new recovery codes; those of before are worth nothing.",
        CHOOSE_ANOTHER,
    ),
    Notice.CONNECTION_ADDED: (
        "Google opens your account now",
        "a Google account was connected to yours, and signs in to it.",
        CHOOSE_ANOTHER,
    ),
    Notice.CONNECTION_REMOVED: (
        "Google no longer opens your account",
        "a Google account that was connected to yours no longer signs in to it.",
        CHOOSE_ANOTHER,
    ),
}


def send_verification(*, user_id: int | None) -> None:
    """The link that confirms an address. Nothing is sent when there is nothing left to confirm, or when somebody else
    has confirmed the address in the meantime."""
    address = EmailAddress.objects.filter(user_id=user_id, primary=True, verified=False).select_related("user").first()
    if address is None or EmailAddress.objects.filter(email=address.email, verified=True).exists():
        return
    url = verify_email_url(key=EmailConfirmationHMAC(address).key)
    write_to(address.user, "verify_email", {"url": url})


def send_address_tried(*, user_id: int) -> None:
    """Tell the owner of an address that somebody tried to register with it."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        write_to(user, "address_tried", {"url": profile_url(user)})


def send_password_reset(*, key_id: str) -> None:
    """The link that sets another password, to the address that the account has. Nothing is sent for a key that is
    nobody's, or worth nothing any more."""
    row = good_key(key_id, purpose=Purpose.PASSWORD_RESET)
    if row and row.user:
        write_to(row.user, "password_reset", {"url": reset_password_url(key=key_of(row))})


def send_email_change(*, key_id: str) -> None:
    """The link that confirms another address, to that address; or, when it is somebody's already, the news to them."""
    row = good_key(key_id, purpose=Purpose.EMAIL_CHANGE)
    if row is None or row.user is None:
        return
    taken = EmailAddress.objects.filter(email=row.email, verified=True).select_related("user").first()
    if taken:
        write_to(taken.user, "address_wanted", {"url": profile_url(taken.user)})
    else:
        write_to(row.user, "email_change", {"url": change_email_url(key=key_of(row))}, to=row.email)


def good_key(key_id: str, *, purpose: Purpose) -> MailedKey | None:
    """The key of that id, with its person."""
    good = MailedKey.objects.good(at=timezone.now()).filter(purpose=purpose)
    return good.select_related("user").filter(pk=key_id).first()


def send_new_device(*, user_id: int, session_id: str) -> None:
    """Tell a person where their account was signed in to."""
    session = Session.objects.filter(pk=session_id, user_id=user_id).first()
    if session:
        details = {"session": session, "device": device_name(session.user_agent)}
        send_security_notice(user_id=user_id, notice=Notice.NEW_DEVICE, details=details)


def send_email_changed(*, user_id: int, former_id: int) -> None:
    """Tell the address that a person has left."""
    former = FormerAddress.objects.filter(pk=former_id, user_id=user_id).first()
    if former:
        send_security_notice(user_id=user_id, notice=Notice.EMAIL_CHANGED, to=former.email)


def send_security_notice(
    *, user_id: int, notice: Notice, to: str = "", details: Mapping[str, Any] | None = None
) -> None:
    """Tell a person, at their address or at `to`, what has happened to their account. It cannot be turned off.

    Nobody is told whose address was never confirmed.
    """
    user = User.objects.filter(pk=user_id, verified_at__isnull=False).first()
    if user is None:
        return
    subject, sentence, remedy = NOTICES[notice]
    words = {"subject": subject, "sentence": sentence, "remedy": remedy, "url": forgot_password_url()}
    write_to(user, "security_notice", {**words, **(details or {})}, to=to)


def write_to(user: User, template: str, context: Mapping[str, Any], *, to: str = "") -> None:
    """Send a mail to a person, at their address or at `to`, in their language."""
    values = {"user": user, **context}
    send_mail(to=to or user.email, template=f"accounts/{template}", context=values, locale=user.locale)
