"""Looks at accounts that should be gone by now."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from accounts.models import AccountErasure
from config.lib.doctor import Finding
from config.lib.jobs import JobState

PATIENCE = timedelta(hours=1)
MOST_IDS = 5


def erasures() -> Iterator[Finding]:
    """Nobody waits in vain to be erased: it is tried until it is done, and so it never fails by itself."""
    late = AccountErasure.objects.filter(erase_at__lt=timezone.now() - PATIENCE).exclude(state=JobState.DONE)
    ids = list(late.order_by("erase_at").values_list("user_id", flat=True)[:MOST_IDS])
    if ids:
        named = ", ".join(map(str, ids))
        yield Finding(f"accounts {named} should be erased and are not", "read why: manage.py erase_account <id>")
    else:
        yield Finding("no erasure is late")
