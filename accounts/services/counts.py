from collections.abc import Collection

from django.db.models import F

from accounts.models import UserCounts


def add_tracks(*, user_id: int, n: int) -> None:
    """Move the number of listed tracks on a profile by `n`, which may be negative."""
    if n:
        UserCounts.objects.filter(user_id=user_id).update(tracks=F("tracks") + n)


def add_playlists(*, user_id: int, n: int) -> None:
    """Move the number of listed playlists on a profile by `n`, which may be negative."""
    if n:
        UserCounts.objects.filter(user_id=user_id).update(playlists=F("playlists") + n)


def lock_counts(user_ids: Collection[int]) -> None:
    """Hold the counts of these people until the transaction ends, in the order of their ids; call it before writing
    what is counted. Whoever changes something between two people holds both, so that it has one order."""
    list(UserCounts.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk").values_list("pk"))


def add_followers(*, user_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people follow each of these."""
    UserCounts.objects.filter(pk__in=user_ids).update(followers=F("followers") + n)


def add_followings(*, user_ids: Collection[int], n: int) -> None:
    """Move by `n` how many people each of these follows."""
    UserCounts.objects.filter(pk__in=user_ids).update(followings=F("followings") + n)
