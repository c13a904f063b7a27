"""What is scheduled is published when its moment comes: once, and late when nobody was there at that moment."""

from datetime import datetime

from django.db import transaction

from config.lib import advisory
from tracks.choices import Visibility
from tracks.models import Track
from tracks.services.publishing import update_track

# The most tracks that one sweep publishes; the others wait for the next.
MOST = 200


def publish_due(*, at: datetime) -> int:
    """Publish the tracks whose moment has come, the earliest first, each in a transaction of its own; their number.

    A track that is not ready is published once it is, one in the trash when it is back. Two sweeps at once are one.
    """
    due = Track.objects.due(at=at).order_by("publish_at", "pk").values_list("pk", flat=True)
    return sum(publish_scheduled(track_id=track_id, at=at) for track_id in list(due[:MOST]))


@transaction.atomic
def publish_scheduled(*, track_id: int, at: datetime) -> bool:
    """Publish one of them; False when it is not due any more, or another sweep is at it."""
    if not advisory.try_hold("tracks.publish_due"):
        return False
    track = Track.objects.due(at=at).select_for_update(no_key=True, of=("self",)).filter(pk=track_id).first()
    if track is None:
        return False
    update_track(track=track, changes={"visibility": Visibility.PUBLIC}, at=at)
    return True
