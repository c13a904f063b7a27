from datetime import datetime

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from accounts.events import EmailVerified, RegisteredAddressTried, UserRegistered
from accounts.models import RetiredName, User, UserCounts, UsernameClaim
from accounts.queries import instance
from accounts.services.invites import admit, use_invite
from accounts.usernames import digest_of_name, is_reserved
from config.lib import advisory
from config.lib.errors import DomainError
from config.lib.events import emit


class UsernameUnavailable(DomainError):
    code = "username_unavailable"
    title = "The name {username} is not to be had; choose another."


class TermsOutdated(DomainError):
    code = "terms_outdated"
    title = "The terms have changed: version {current} is the one to accept."


class EmailKeyInvalid(DomainError):
    code = "email_key_invalid"
    status = 400
    title = "This link has been used or is too old; ask for a new one."


def hold_name(name: str) -> None:
    """Let nobody else give out this name until the transaction ends. A new account has it first as a person's and then
    as a claim, a change of name the other way round: without this the two would wait for each other."""
    advisory.hold(f"accounts.username {name}")


def claim_username(*, name: str, user: User | None, expires_at: datetime | None, at: datetime) -> None:
    """Take `name` for a person, or keep it back until `expires_at`; raises UsernameUnavailable.

    One unique row a name: of two who ask at the same moment one gets it. An expired claim may be taken over; the name
    of an account that was erased is nobody's any more. It is looked for last: an erasure may have gone on until then.
    """
    hold_name(name)
    try:
        with transaction.atomic():
            UsernameClaim.objects.create(name=name, user=user, expires_at=expires_at)
            if RetiredName.objects.filter(digest=digest_of_name(name)).exists():
                raise UsernameUnavailable(username=name)
    except IntegrityError as error:
        expired = UsernameClaim.objects.filter(name=name, expires_at__lt=at)
        if not expired.update(user=user, expires_at=expires_at):
            raise UsernameUnavailable(username=name) from error


@transaction.atomic
def register(
    *, email: str, username: str, password: str, terms_version: str, at: datetime, invite: str | None = None
) -> None:
    """Make an account that nobody sees until its address is confirmed, and have the confirmation mailed.

    With a confirmed address of somebody else an account is made too, or else the first sign-in with the new password
    would tell; but its owner alone is mailed, so nobody can confirm it and it is forgotten after a day like any other.
    Raises RegistrationClosed, InviteRequired, InviteInvalid, UsernameUnavailable, TermsOutdated.
    """
    site = instance()
    admit(site, code=invite)
    if terms_version != site.terms_version:
        raise TermsOutdated(current=site.terms_version)
    if is_reserved(username):
        raise UsernameUnavailable(username=username)
    hashed = make_password(password)
    use_invite(site, code=invite, at=at)
    user = add_user(
        User(username=username, email=email, password=hashed, terms_version=terms_version, created_at=at),
        at=at,
    )
    owner = EmailAddress.objects.filter(email=email, verified=True).values_list("user_id", flat=True).first()
    emit(UserRegistered(user_id=user.pk) if owner is None else RegisteredAddressTried(user_id=owner))


def add_user(user: User, *, at: datetime) -> User:
    """Store a new account with its name, its address (not confirmed) and its counts."""
    hold_name(user.username)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise UsernameUnavailable(username=user.username) from error
    claim_username(name=user.username, user=user, expires_at=None, at=at)
    UserCounts.objects.create(user=user)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    return user


@transaction.atomic
def add_staff(*, email: str, username: str, password: str, at: datetime) -> User:
    """An operator's account, made on the command line: confirmed, and with every right in the admin."""
    user = User(username=username, email=email, password=make_password(password), created_at=at)
    user.is_staff = user.is_superuser = True
    add_user(user, at=at)
    return confirm_address(user=user, at=at)


@transaction.atomic
def confirm_address(*, user: User, at: datetime) -> User:
    """Take the person's own address as confirmed; raises EmailKeyInvalid when somebody else's is the same.

    Of several accounts that gave the same address the first to confirm it has it; a constraint of allauth says so.
    """
    # The lock comes first: `forget_unverified` takes the same one, and finds a confirmed account or none to confirm.
    locked = User.objects.select_for_update(no_key=True).filter(pk=user.pk).first()
    if locked is None:
        raise EmailKeyInvalid
    user = locked
    try:
        with transaction.atomic():
            confirmed = EmailAddress.objects.filter(user=user, primary=True, verified=False).update(verified=True)
    except IntegrityError as error:
        raise EmailKeyInvalid from error
    if not confirmed:
        raise EmailKeyInvalid
    user.verified_at = user.verified_at or at
    user.save(update_fields=["verified_at"])
    emit(EmailVerified(user_id=user.pk))
    return user


def verify_email(*, key: str, at: datetime) -> User:
    """Confirm the address that `key` was mailed to; raises EmailKeyInvalid for a key that is spent, old or forged."""
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None or not confirmation.email_address.primary:
        raise EmailKeyInvalid
    return confirm_address(user=confirmation.email_address.user, at=at)


@transaction.atomic
def forget_unverified(*, at: datetime) -> int:
    """Delete the accounts whose address nobody confirmed in time, with their names; the number of them.

    An account that is being confirmed at this moment is locked, and passed over.
    """
    late = User.objects.never_verified(before=at - settings.UNVERIFIED_LIFETIME)
    locked = list(late.select_for_update(skip_locked=True).values_list("pk", flat=True))
    _, by_model = User.objects.get_queryset().filter(pk__in=locked).delete()
    UsernameClaim.objects.filter(expires_at__lt=at).delete()
    return by_model.get("accounts.User", 0)
