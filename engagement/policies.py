from typing import Any

from accounts.models import User
from config.lib.errors import DomainError


class LikesPrivate(DomainError):
    code = "likes_private"
    status = 403
    title = "This person keeps to themselves what they like."


def can_see_likes(user: Any, person: User) -> bool:
    """Everybody, where the person lets them; the person in any case."""
    return person.likes_public or user.pk == person.pk
