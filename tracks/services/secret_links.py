"""The link that opens a private track."""

from datetime import datetime

from django.db import transaction

from config.lib.secrets import secret_token
from config.lib.viewer import digest_secret
from tracks.models import Track
from tracks.services.publishing import lock_track


@transaction.atomic
def make_secret_token(*, track: Track, at: datetime) -> Track:
    """Give the track a secret token, or a new one: the old one opens nothing from now on."""
    track = lock_track(track)
    track.secret_token = secret_token()
    return save_token(track, at=at)


@transaction.atomic
def drop_secret_token(*, track: Track, at: datetime) -> Track:
    """Let no link open the track any more."""
    track = lock_track(track)
    track.secret_token = None
    return save_token(track, at=at)


def save_token(track: Track, *, at: datetime) -> Track:
    """Store the token with its digest, which is what is compared and what goes into media capabilities."""
    track.secret_digest = digest_secret(track.secret_token) if track.secret_token else None
    track.updated_at = at
    track.save(update_fields=["secret_token", "secret_digest", "updated_at"])
    return track
