from django.db.models import F

from accounts.models import UserCounts


def add_tracks(*, user_id: int, n: int) -> None:
    """Move the number of listed tracks on a profile by `n`, which may be negative."""
    if n:
        UserCounts.objects.filter(user_id=user_id).update(tracks=F("tracks") + n)
