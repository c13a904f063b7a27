from django.db import transaction
from django.db.models import Q

from accounts.services import lock_counts
from social.models import Activity, ActorLast, Follow, Mute
from social.services.follows import drop_follow

BATCH = 500


def erase_ties(*, user_id: int) -> None:
    """Forget everything between a person and others, in short transactions. Twice is once."""
    while drop_some_follows(user_id=user_id):
        pass
    Mute.objects.filter(Q(muter_id=user_id) | Q(muted_id=user_id)).delete()
    Activity.objects.filter(actor_id=user_id).delete()
    ActorLast.objects.filter(actor_id=user_id).delete()


@transaction.atomic
def drop_some_follows(*, user_id: int) -> int:
    """Drop some follows of the person, both ways; how many were found."""
    found = list(Follow.objects.of(user_id).order_by("pk").values_list("follower_id", "followed_id")[:BATCH])
    lock_counts({user_id}.union(*found))
    for follower_id, followed_id in found:
        drop_follow(follower_id=follower_id, followed_id=followed_id)
    return len(found)
