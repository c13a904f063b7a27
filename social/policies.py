from typing import Any

from accounts.models import User
from config.lib.errors import DomainError


class FollowingsPrivate(DomainError):
    code = "followings_private"
    status = 403
    title = "This person keeps to themselves whom they follow."


def can_see_followings(user: Any, person: User) -> bool:
    """Everybody, where the person lets them; the person in any case."""
    return person.followings_public or user.pk == person.pk
