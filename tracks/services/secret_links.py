"""The link that opens a private track."""

from datetime import datetime

from django.db import transaction

from config.lib.secrets import secret_token
from config.lib.viewer import digest_secret
from tracks.choices import Reach
from tracks.models import Track
from tracks.services.publishing import emit_withdrawn, lock_open_track


@transaction.atomic
def make_secret_token(*, track: Track, at: datetime) -> Track:
    """Give the track a secret token, or a new one: the old one opens nothing from now on.

    Raises Track.DoesNotExist.
    """
    return change_token(lock_open_track(track.pk), token=secret_token(), at=at)


@transaction.atomic
def drop_secret_token(*, track: Track, at: datetime) -> Track:
    """Let no link open the track any more. Twice is once. Raises Track.DoesNotExist."""
    track = lock_open_track(track.pk)
    return change_token(track, token=None, at=at) if track.secret_token else track


def change_token(track: Track, *, token: str | None, at: datetime) -> Track:
    """Store the token with its digest, which is what is compared and what goes into media capabilities."""
    before = track.reach
    track.secret_token = token
    track.secret_digest = digest_secret(token) if token else None
    track.updated_at = at
    track.save(update_fields=["secret_token", "secret_digest", "updated_at"])
    if before is Reach.LINK:
        emit_withdrawn(track)
    return track
