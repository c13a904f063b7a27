"""A mailed code proves that it is really the person who wants to go, where there is no password to ask for.

It is not stored: it follows from a secret of ours, the person and the time, and is over with the session version, which
the deletion itself counts up. As with one-time passwords (RFC 6238, 5.2) the window before counts too.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from accounts.events import DeletionCodeRequested
from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit
from config.lib.limits import draw_credentials
from config.lib.secrets import derived_key

DIGITS = 8
WINDOW_S = 600


class PasswordNeeded(DomainError):
    code = "password_needed"
    title = "This account has a password: confirm with that."


def deletion_code(*, user: User, window: int) -> str:
    """The eight digits of a person in one window of ten minutes, counted since 1970."""
    purpose = f"deletion code {user.pk} {user.session_version} {window}"
    key = derived_key(settings.SECRET_KEY, purpose=purpose)
    return f"{int.from_bytes(key[:8], 'big') % 10**DIGITS:0{DIGITS}}"


def window_of(at: datetime) -> int:
    return int(at.timestamp()) // WINDOW_S


def is_deletion_code(*, user: User, code: str, at: datetime) -> bool:
    """Whether it is the person's, of this window or of the one before: it lasts for ten minutes at least."""
    windows = (window_of(at), window_of(at) - 1)
    return any(constant_time_compare(code, deletion_code(user=user, window=window)) for window in windows)


def request_deletion_code(*, request: HttpRequest, user: User) -> None:
    """Have a code mailed. It counts like an attempt at the person's password. Raises PasswordNeeded, Throttled."""
    if user.has_usable_password():
        raise PasswordNeeded
    draw_credentials(request, name=user.username)
    with transaction.atomic():
        emit(DeletionCodeRequested(user_id=user.pk))
