"""Codes of the second factor: of the time (RFC 6238: SHA-1, six digits, 30 s) or of recovery. Each is good once.

Rows are allauth's `Authenticator`, sealed by its adapter. For which step a code was accepted last stands in the row and
is looked at under its lock: a code is refused the second time even while Redis is away.
"""

import logging
from base64 import b32decode
from datetime import datetime
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.queries import has_second_factor
from config.lib.errors import DomainError
from config.lib.limits import draw_credentials, forget_credentials
from config.lib.secrets import Unreadable

logger = logging.getLogger(__name__)

STEP_S = 30
DRIFT_STEPS = 1
"""How far the two clocks may be apart, as RFC 6238 (5.2) advises."""


class OtpRequired(DomainError):
    code = "otp_required"
    status = 403
    title = "This account has a second factor: send its code along as `otp`."


class OtpInvalid(DomainError):
    code = "otp_invalid"
    status = 403
    title = "This code is wrong, too old, or was used before."


def pass_second_factor(*, request: HttpRequest, user: User, otp: str | None, at: datetime) -> None:
    """Let pass who needs no code, or brings a good one. Codes are guessed at under the same limits as passwords.

    Raises OtpRequired, Throttled, OtpInvalid.
    """
    if not has_second_factor(user.pk):
        return
    if not otp:
        raise OtpRequired
    # No username has a colon, and no address lacks an @: a count of its own, which the right password does not forget.
    name = f"otp:{user.pk}"
    draw_credentials(request, name=name)
    if not spend_otp(user=user, otp=otp, at=at):
        raise OtpInvalid
    forget_credentials(name=name)


@transaction.atomic
def spend_otp(*, user: User, otp: str, at: datetime) -> bool:
    """Whether it is a code of this person's that was not spent before; it is now. Of any number at once one gets it."""
    code = "".join(otp.split()).replace("-", "").lower()
    held = Authenticator.objects.filter(user=user).order_by("pk").select_for_update(no_key=True)
    try:
        return any(SPENDERS[row.type](row, code, at) for row in held if row.type in SPENDERS)
    except Unreadable:
        logger.exception("second_factor_unreadable", extra={"user": user.pk})
        return False


def spend_step(row: Authenticator, code: str, at: datetime) -> bool:
    """A code of the time: good when it is younger than the last one that was."""
    secret = get_adapter().decrypt(row.data["secret"])
    step = step_of(code, secret=secret, after=row.data["step"], at=at)
    if step is None:
        return False
    keep_data(row, {"secret": get_adapter().encrypt(secret), "step": step}, at)  # sealed anew: under the first key
    return True


def spend_recovery_code(row: Authenticator, code: str, at: datetime) -> bool:
    """One of the codes that are left."""
    codes = [get_adapter().decrypt(sealed) for sealed in row.data["codes"]]
    left = [kept for kept in codes if not bytes_eq(kept.encode(), code.encode())]
    if len(left) == len(codes):
        return False
    keep_data(row, {"codes": [get_adapter().encrypt(kept) for kept in left]}, at)
    return True


SPENDERS = {Authenticator.Type.TOTP: spend_step, Authenticator.Type.RECOVERY_CODES: spend_recovery_code}


def keep_data(row: Authenticator, data: dict[str, Any], at: datetime) -> None:
    row.data, row.last_used_at = data, at
    row.save(update_fields=["data", "last_used_at"])


def step_of(code: str, *, secret: str, after: int, at: datetime) -> int | None:
    """For which step of 30 s since 1970 the code is good, if it is one after `after` and next to that of `at`."""
    now = int(at.timestamp()) // STEP_S
    hotp = HOTP(b32decode(secret), 6, SHA1())  # noqa: S303 -- what RFC 6238 and every authenticator app take
    steps = range(max(after + 1, now - DRIFT_STEPS), now + DRIFT_STEPS + 1)
    return next((step for step in steps if bytes_eq(hotp.generate(step), code.encode())), None)
