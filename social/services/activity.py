"""What people did for others to see. Feeds are read from it; who may see what it was done with, they ask there."""

from datetime import datetime

from django.db import transaction

from social.choices import Kind, Verb
from social.models import Activity, ActorLast


@transaction.atomic
def record_activity(*, actor_id: int, verb: Verb, kind: Kind, object_id: int, at: datetime) -> None:
    """Write down that somebody did this, once; call it in the transaction of the act."""
    Activity.objects.get_or_create(
        actor_id=actor_id, verb=verb, kind=kind, object_id=object_id, defaults={"created_at": at}
    )
    last, is_new = ActorLast.objects.get_or_create(actor_id=actor_id, defaults={"last_at": at})
    if not is_new:
        # Only forward, whoever comes first: nothing of a person's is newer than this.
        ActorLast.objects.filter(pk=last.pk, last_at__lt=at).update(last_at=at)


@transaction.atomic
def retract_activity(*, actor_id: int, verb: Verb, kind: Kind, object_id: int) -> None:
    """Forget that somebody did this, for they undid it. `ActorLast` stays: it says at the latest."""
    Activity.objects.filter(actor_id=actor_id, verb=verb, kind=kind, object_id=object_id).delete()


@transaction.atomic
def forget_object(*, kind: Kind, object_id: int) -> None:
    """Forget everything that was done with something that is there no longer."""
    Activity.objects.filter(kind=kind, object_id=object_id).delete()
