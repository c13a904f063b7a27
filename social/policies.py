from typing import Any

from accounts.models import User
from config.lib.errors import DomainError
from social.choices import SpaceRole


class FollowingsPrivate(DomainError):
    code = "followings_private"
    status = 403
    title = "This person keeps to themselves whom they follow."


def can_see_followings(user: Any, person: User) -> bool:
    """Everybody, where the person lets them; the person in any case."""
    return person.followings_public or user.pk == person.pk


def can_edit_space(user: Any, space: Any) -> bool:
    """Say what it is, and ask others in: admins and owners. Works on an invitation to it as well."""
    return plays(space, SpaceRole.ADMIN)


def can_delete_space(user: Any, space: Any) -> bool:
    """Owners."""
    return plays(space, SpaceRole.OWNER)


def is_member(user: Any, space: Any) -> bool:
    """Everybody who is in it; what they may do to whom the service says, which holds the space."""
    return plays(space, SpaceRole.VIEWER)


def plays(seen: Any, least: SpaceRole) -> bool:
    """Whether the viewer for whom `visible_to` found a row is at least that in its space."""
    return bool(seen.viewer_role) and SpaceRole(seen.viewer_role).reaches(least)
