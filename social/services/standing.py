"""Counts count people in good standing. When somebody comes into it or out of it, those of all others follow."""

from django.db import transaction

from accounts.services import add_followers, add_followings, lock_counts
from config.lib.events import emit
from social.events import FollowsMiscounted
from social.models import Follow

BATCH = 1000


@transaction.atomic
def settle_follows(*, user_id: int, batch: int = BATCH) -> int:
    """Correct the counts that a person's new standing has made wrong, at most `batch` of them; the number of follows.

    Nobody changes a follow without holding the counts of its two people. So they are held first, all in one go and in
    the order of their ids, and what was found is looked at again. What is left is announced by an event, so that no
    transaction is long and whatever is interrupted goes on.
    """
    wrong = Follow.objects.of(user_id).miscounted().order_by("pk")
    found = list(wrong.values_list("pk", "follower_id", "followed_id")[:batch])
    lock_counts({user_id}.union(*(people for _, *people in found)))
    ids = [pk for pk, *_ in found]
    settled = sum(settle(user_id=user_id, ids=ids, is_counted=is_counted) for is_counted in (True, False))
    if Follow.objects.of(user_id).miscounted().exists():
        emit(FollowsMiscounted(user_id=user_id))
    return settled


def settle(*, user_id: int, ids: list[int], is_counted: bool) -> int:
    """Count, or count no longer, those of a person's follows that are still counted wrongly; how many. The caller holds
    the counts of all their people."""
    still = Follow.objects.miscounted().filter(pk__in=ids, is_counted=not is_counted)
    follows = list(still.values_list("pk", "follower_id", "followed_id"))
    Follow.objects.filter(pk__in=[pk for pk, *_ in follows]).update(is_counted=is_counted)
    n = 1 if is_counted else -1
    followed = [followed_id for _, follower_id, followed_id in follows if follower_id == user_id]
    followers = [follower_id for _, follower_id, followed_id in follows if followed_id == user_id]
    add_followers(user_ids=followed, n=n)
    add_followings(user_ids=followers, n=n)
    add_followings(user_ids=[user_id], n=n * len(followed))
    add_followers(user_ids=[user_id], n=n * len(followers))
    return len(follows)
