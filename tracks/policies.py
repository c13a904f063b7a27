from typing import Any

from social.choices import SpaceRole
from tracks.choices import Audience
from tracks.models import Track
from tracks.sharing.choices import Permission


def can_edit_track(user: Any, track: Track) -> bool:
    """Change, privatise, throw away, hand out its secret link: the owner; of one in a space its editors and above."""
    return may_edit(user, owner_id=track.owner_id, space_id=track.space_id, role=track.viewer_role)


def may_edit(user: Any, *, owner_id: int, space_id: int | None, role: str | None) -> bool:
    """The same by what a row says; `role` is what the person is in its space."""
    if space_id is not None:
        return role is not None and SpaceRole(role).reaches(SpaceRole.EDITOR)
    return bool(user.is_authenticated and owner_id == user.pk)


def can_download_track(user: Any, track: Track) -> bool:
    """Have the original: whoever may edit it; where they offer it, or a link grants it, whoever is signed in and hears
    the track."""
    offered = (track.downloadable and track.opens_alone) or is_granted(track, Permission.DOWNLOAD)
    return can_edit_track(user, track) or bool(offered and user.is_authenticated and can_hear_track(user, track))


def can_keep_track(user: Any, track: Track) -> bool:
    """Have a copy that leaves the site at all; who comes by a link, as far as the link says so."""
    return can_hear_track(user, track) and (track.opens_alone or is_granted(track, Permission.DOWNLOAD))


def can_comment_track(user: Any, track: Track) -> bool:
    """Say something to it: whoever is signed in and opens it; who comes by a link, as far as the link says so."""
    return bool(user.is_authenticated) and (track.opens_alone or is_granted(track, Permission.COMMENT))


def is_granted(track: Track, needed: Permission) -> bool:
    """Whether the link that the viewer has opened lets them do this."""
    return track.granted is not None and Permission(track.granted).reaches(needed)


def can_hear_track(user: Any, track: Track) -> bool:
    """Whoever may open a track hears it, but for what is kept for subscribers, of whom there are none yet; those in its
    space hear that too."""
    return track.audience == Audience.EVERYONE or can_edit_track(user, track) or track.viewer_role is not None
