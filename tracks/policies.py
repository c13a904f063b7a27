from typing import Any

from tracks.choices import Audience
from tracks.models import Track


def can_edit_track(user: Any, track: Track) -> bool:
    """Change, privatise, throw away, hand out its secret link: the owner."""
    return bool(user.is_authenticated and track.owner_id == user.pk)


def can_download_track(user: Any, track: Track) -> bool:
    """Have the original: the owner; where they offer it, whoever is signed in and hears the track."""
    return can_edit_track(user, track) or bool(
        track.downloadable and user.is_authenticated and can_hear_track(user, track)
    )


def can_hear_track(user: Any, track: Track) -> bool:
    """Whoever may open a track hears it, but for what is kept for subscribers, of whom there are none yet."""
    return track.audience == Audience.EVERYONE or can_edit_track(user, track)
