from datetime import datetime

from django.db import transaction

from accounts.models import User
from billing.models import Usage
from billing.queries import day_of, downloads_on, entitlements
from billing.services.quota import check_limit, lock_usage


def count_download(*, user: User, at: datetime) -> int:
    """Take one of the downloads that a person has on that day (UTC); how many they have taken. Raises OverQuota."""
    granted, today = entitlements(user), day_of(at)
    with transaction.atomic():
        usage = lock_usage(user_id=user.pk)
        taken = downloads_on(today, usage=usage)
        check_limit(granted, limit="downloads_per_day", used=taken, requested=1)
        Usage.objects.filter(pk=usage.pk).update(downloads=taken + 1, downloads_day=today)
        return taken + 1
