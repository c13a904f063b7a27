"""Another address for an account: the new one confirms, the old one is told."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.choices import Purpose
from accounts.events import EmailChangeAsked, EmailChanged, VerificationAsked
from accounts.models import FormerAddress, User
from accounts.services.keys import KeyInvalid, make_key, redeem_key
from accounts.services.passwords import prove_password
from accounts.services.sessions import outdate_keys
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.limits import draw_mail


class EmailUnchanged(DomainError):
    code = "email_unchanged"
    title = "This is your address already."


def ask_verification(*, request: HttpRequest, email: str) -> None:
    """Have the link that confirms an address mailed again, to whom gave it last. Whether anybody did shows in nothing.
    Raises Throttled."""
    draw_mail(request, to=email)
    waiting = EmailAddress.objects.filter(email=email, verified=False).order_by("-pk")
    with transaction.atomic():
        emit(VerificationAsked(user_id=waiting.values_list("user_id", flat=True).first()))


def ask_email_change(*, request: HttpRequest, user: User, email: str, password: str, at: datetime) -> None:
    """Have a link mailed to the address that an account is to have, or to its owner the news that somebody wants it.
    Which of them shows in nothing. Raises Throttled, PasswordWrong, EmailUnchanged."""
    draw_mail(request, to=email)
    user = prove_password(request=request, user=user, password=password)
    if email == user.email:
        raise EmailUnchanged
    with transaction.atomic():
        emit(EmailChangeAsked(key_id=make_key(purpose=Purpose.EMAIL_CHANGE, user=user, email=email, at=at)))


@transaction.atomic
def change_email(*, key: str, at: datetime) -> User:
    """Take the address that the key was mailed to. Who is signed in stays so; other mailed keys are worth nothing.

    Raises KeyInvalid, also when somebody else has confirmed the address meanwhile.
    """
    user, row = redeem_key(purpose=Purpose.EMAIL_CHANGE, key=key, at=at)
    former = FormerAddress.objects.create(user=user, email=user.email, left_at=at)
    try:
        with transaction.atomic():
            EmailAddress.objects.filter(user=user, primary=True).update(email=row.email, verified=True)
    except IntegrityError as error:
        raise KeyInvalid from error
    user.email = row.email
    user.save(update_fields=["email"])
    outdate_keys(user=user, at=at)
    emit(EmailChanged(user_id=user.pk, former_id=former.pk))
    return user
