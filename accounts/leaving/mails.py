from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F

from accounts.leaving.services.codes import WINDOW_S, deletion_code, window_of
from accounts.models import AccountErasure, AccountExport, User
from config.lib.jobs import JobState
from config.lib.mails import send_mail


def send_export_ready(*, export_id: int) -> None:
    """Tell a person that their archive can be fetched. The mail opens nothing: whoever reads it must sign in."""
    export = AccountExport.objects.filter(pk=export_id).select_related("user").first()
    if export is not None:
        tell(export.user, template="export_ready", expires_at=export.expires_at)


def send_deletion_code(*, user_id: int, at: datetime) -> None:
    """The code of this moment; a mail that comes late brings one that is good."""
    user = User.objects.filter(pk=user_id, leaving_at=None).first()
    if user is not None:
        code = deletion_code(user=user, window=window_of(at))
        tell(user, template="deletion_code", code=code, minutes=WINDOW_S // 60)


def send_deletion_requested(*, user_id: int) -> None:
    """Tell a person on which day their account will be gone, and how to keep it; nothing of an end without grace."""
    waiting = AccountErasure.objects.filter(user=user_id, state=JobState.QUEUED, erase_at__gt=F("requested_at"))
    erasure = waiting.select_related("user").first()
    if erasure is not None:
        tell(erasure.user, template="deletion_requested", erase_at=erasure.erase_at)


def send_deletion_cancelled(*, user_id: int) -> None:
    """Tell a person that their account stays."""
    user = User.objects.filter(pk=user_id, leaving_at=None).first()
    if user is not None:
        tell(user, template="deletion_cancelled")


def tell(user: User, *, template: str, **facts: Any) -> None:
    """Mail a person; an account that is erased already has no address."""
    if user.email:
        context = {"user": user, "url": settings.SITE_URL, **facts}
        send_mail(to=user.email, template=f"accounts/{template}", context=context)
