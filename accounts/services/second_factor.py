"""The second factor: set up, taken away, and the codes for the day when the telephone is lost.

What is confirmed are rows of allauth's `Authenticator`, sealed by its adapter.
"""

import secrets
from base64 import b32encode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from accounts.events import RecoveryCodesMade, SecondFactorAdded, SecondFactorRemoved
from accounts.models import SecondFactorDraft, Session, User
from accounts.queries import has_second_factor
from accounts.services.otp import OtpInvalid, pass_second_factor, step_of
from accounts.services.passwords import prove_password
from accounts.services.sessions import end_every_session
from config.lib.errors import DomainError
from config.lib.events import emit

DRAFT_LIFETIME = timedelta(minutes=15)
RECOVERY_CODES = 10


class SecondFactorOn(DomainError):
    code = "second_factor_on"
    title = "This account has a second factor; remove it before you set up another."


class SecondFactorOff(DomainError):
    code = "second_factor_off"
    title = "This account has no second factor."


class SecondFactorNotBegun(DomainError):
    code = "second_factor_not_begun"
    title = "Begin by asking for a secret; one is good for a quarter of an hour."


@dataclass(frozen=True)
class TotpDraft:
    """What an authenticator app needs: the secret in base 32, the same as an otpauth address, and that as a picture."""

    secret: str
    otpauth_url: str
    qr_svg: str

    @property
    def qr_url(self) -> str:
        """The picture as an address that holds it."""
        return f"data:image/svg+xml;base64,{b64encode(self.qr_svg.encode()).decode()}"


@transaction.atomic
def draft_totp(*, user: User, at: datetime) -> TotpDraft:
    """A new secret of 160 bits, which counts for nothing until a code of it is shown. Raises SecondFactorOn."""
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if has_second_factor(locked.pk):
        raise SecondFactorOn
    secret = b32encode(secrets.token_bytes(20)).decode()
    sealed = get_adapter().encrypt(secret)
    SecondFactorDraft.objects.update_or_create(user=locked, defaults={"secret": sealed, "created_at": at})
    return described(user=locked, secret=secret)


def draft_of(*, user: User, at: datetime) -> TotpDraft | None:
    """The secret that waits for a first code, if there is one."""
    draft = SecondFactorDraft.objects.filter(user=user, created_at__gt=at - DRAFT_LIFETIME).first()
    return described(user=user, secret=get_adapter().decrypt(draft.secret)) if draft else None


def described(*, user: User, secret: str) -> TotpDraft:
    adapter = get_adapter()
    url = adapter.build_totp_url(user, secret)
    return TotpDraft(secret=secret, otpauth_url=url, qr_svg=adapter.build_totp_svg(url))


@transaction.atomic
def add_second_factor(*, user: User, otp: str, at: datetime, keep: Session | None = None) -> list[str]:
    """Ask for codes of the drafted secret from now on; answers with the recovery codes, which are shown this once.

    All devices but the session `keep` are signed out: who came in by the password alone must come in again. Raises
    SecondFactorOn, SecondFactorNotBegun, OtpInvalid.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if has_second_factor(user.pk):
        raise SecondFactorOn
    draft = SecondFactorDraft.objects.filter(user=user, created_at__gt=at - DRAFT_LIFETIME).first()
    if draft is None:
        raise SecondFactorNotBegun
    step = step_of(otp, secret=get_adapter().decrypt(draft.secret), after=0, at=at)
    if step is None:
        raise OtpInvalid
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, created_at=at, data={"secret": draft.secret, "step": step}
    )
    draft.delete()
    codes = replace_recovery_codes(user=user, at=at)
    end_every_session(user=user, keep=keep, at=at)
    emit(SecondFactorAdded(user_id=user.pk))
    return codes


def give_up_second_factor(
    *, request: HttpRequest, session: Session, at: datetime, password: str | None = None, otp: str | None = None
) -> None:
    """Remove the factor of whom the password, or else a code, proves; the asking session stays.

    Raises Throttled, PasswordWrong, OtpInvalid, SecondFactorOff.
    """
    if not has_second_factor(session.user_id):
        raise SecondFactorOff
    if password is not None:
        prove_password(request=request, user=session.user, password=password)
    else:
        pass_second_factor(request=request, user=session.user, otp=otp, at=at)
    remove_second_factor(user=session.user, keep=session, at=at)


@transaction.atomic
def remove_second_factor(*, user: User, at: datetime, keep: Session | None = None) -> bool:
    """Ask for codes no longer, and sign out everywhere but in the session `keep`. False when there was none."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        return False
    end_every_session(user=user, keep=keep, at=at)
    emit(SecondFactorRemoved(user_id=user.pk))
    return True


@transaction.atomic
def make_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Ten new codes, shown this once; those of before are worth nothing. Raises SecondFactorOff."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not has_second_factor(user.pk):
        raise SecondFactorOff
    codes = replace_recovery_codes(user=user, at=at)
    emit(RecoveryCodesMade(user_id=user.pk))
    return codes


def replace_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Store ten new codes of 50 random bits each; the caller has locked the user's row."""
    codes = [b32encode(secrets.token_bytes(7)).decode()[:10].lower() for _ in range(RECOVERY_CODES)]
    kind = Authenticator.Type.RECOVERY_CODES
    Authenticator.objects.filter(user=user, type=kind).delete()
    sealed = {"codes": [get_adapter().encrypt(code) for code in codes]}
    Authenticator.objects.create(user=user, type=kind, created_at=at, data=sealed)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def forget_drafts(*, at: datetime) -> int:
    """Delete the secrets that nobody confirmed in time; their number."""
    return SecondFactorDraft.objects.filter(created_at__lte=at - DRAFT_LIFETIME).delete()[0]
