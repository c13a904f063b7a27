from typing import Any

from social.choices import SpaceRole
from tracks.choices import Audience
from tracks.models import Track


def can_edit_track(user: Any, track: Track) -> bool:
    """Change, privatise, throw away, hand out its secret link: the owner; of one in a space its editors and above."""
    return may_edit(user, owner_id=track.owner_id, space_id=track.space_id, role=track.viewer_role)


def may_edit(user: Any, *, owner_id: int, space_id: int | None, role: str | None) -> bool:
    """The same by what a row says; `role` is what the person is in its space."""
    if space_id is not None:
        return role is not None and SpaceRole(role).reaches(SpaceRole.EDITOR)
    return bool(user.is_authenticated and owner_id == user.pk)


def can_download_track(user: Any, track: Track) -> bool:
    """Have the original: whoever may edit it; where they offer it, whoever is signed in and hears the track."""
    return can_edit_track(user, track) or bool(
        track.downloadable and user.is_authenticated and can_hear_track(user, track)
    )


def can_hear_track(user: Any, track: Track) -> bool:
    """Whoever may open a track hears it, but for what is kept for subscribers, of whom there are none yet; those in its
    space hear that too."""
    return track.audience == Audience.EVERYONE or can_edit_track(user, track) or track.viewer_role is not None
