from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User, UserCounts
from config.lib import advisory

BATCH = 1000


def refresh_popularity() -> int:
    """Let lists of people know how many followers each has by now, in short transactions; the number of rows.

    Somebody whose row is held is left for next time; who comes while another is at it leaves it to them.
    """
    refreshed = 0
    while batch := refresh_batch():
        refreshed += batch
    return refreshed


@transaction.atomic
def refresh_batch() -> int:
    """Correct some of the rows that are wrong; 0 when none is left, or somebody else is at it."""
    if not advisory.try_hold("accounts.refresh_popularity"):
        return 0
    people = User.objects.outdated_popularity().order_by("pk")
    batch = list(people.select_for_update(skip_locked=True, no_key=True, of=("self",)).values_list("pk")[:BATCH])
    followers = UserCounts.objects.filter(user=OuterRef("pk")).values("followers")
    ids = [pk for (pk,) in batch]
    return User.objects.get_queryset().filter(pk__in=ids).update(popularity=Subquery(followers))
