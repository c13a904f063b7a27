"""Keys that are mailed: good once, for one purpose, for a while, and only as long as nothing of the sign-in changes."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction

from accounts.choices import Purpose
from accounts.models import FormerAddress, MailedKey, User
from config.lib.errors import DomainError

KEY_LIFETIMES = {Purpose.PASSWORD_RESET: timedelta(hours=1), Purpose.EMAIL_CHANGE: timedelta(days=1)}
FORMER_ADDRESS_LIFETIME = timedelta(days=30)


class KeyInvalid(DomainError):
    code = "key_invalid"
    status = 400
    title = "This link has been used, is too old, or something has changed since; ask for a new one."


def signer(purpose: str) -> signing.Signer:
    """Signs under SECRET_KEY, for this purpose alone; the result needs no quoting in an address."""
    return signing.Signer(salt=f"accounts.{purpose}", sep=".")


def key_of(row: MailedKey) -> str:
    """What stands in the mailed link; the same however often the mail is written."""
    return signer(row.purpose).sign(str(row.pk))


def make_key(*, purpose: Purpose, user: User | None, at: datetime, email: str = "") -> str:
    """The id of a new key, for an event to name; the key itself is made where it is mailed."""
    row = MailedKey.objects.create(
        purpose=purpose,
        user=user,
        version=user.session_version if user else 0,
        email=email,
        expires_at=at + KEY_LIFETIMES[purpose],
    )
    return str(row.pk)


@transaction.atomic
def redeem_key(*, purpose: Purpose, key: str, at: datetime) -> tuple[User, MailedKey]:
    """Spend a key: its person, locked, and what it stood for. Of any number of callers one gets it; raises KeyInvalid.

    The lock asks again what the version is: who waited for another change of the sign-in finds the key outdated.
    """
    row = MailedKey.objects.good(at=at).filter(pk=unsigned(purpose, key), purpose=purpose).first()
    if row is None or row.user_id is None:
        raise KeyInvalid
    user = lock_unchanged(user_id=row.user_id, version=row.version)
    if user is None or not MailedKey.objects.filter(pk=row.pk).delete()[0]:
        raise KeyInvalid
    return user, row


def unsigned(purpose: Purpose, key: str) -> str:
    """The id that was signed for this purpose; raises KeyInvalid."""
    try:
        return signer(purpose).unsign(key)
    except signing.BadSignature as error:
        raise KeyInvalid from error


def lock_unchanged(*, user_id: int, version: int) -> User | None:
    """The person's row, held until the transaction ends, if nothing of their sign-in has changed since `version`."""
    return User.objects.select_for_update(no_key=True).filter(pk=user_id, session_version=version).first()


@transaction.atomic
def forget_keys(*, at: datetime) -> int:
    """Delete the keys that nobody used in time, and the addresses left long ago; the number of keys."""
    FormerAddress.objects.filter(left_at__lt=at - FORMER_ADDRESS_LIFETIME).delete()
    return MailedKey.objects.filter(expires_at__lte=at).delete()[0]
