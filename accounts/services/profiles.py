from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.choices import Role
from accounts.events import BadgeGranted, BadgeWithdrawn, ProfileUpdated
from accounts.models import User
from config.lib.errors import DomainError
from config.lib.events import emit

FIELDS = frozenset(
    {
        "display_name",
        "bio",
        "city",
        "country",
        "links",
        "genres",
        "role",
        "likes_public",
        "followings_public",
        "messages_from",
        "discoverable",
        "timezone",
        "locale",
    }
)


class ArtistsStay(DomainError):
    code = "artists_stay"
    title = "Whoever has become an artist here stays one."


@transaction.atomic
def update_profile(*, user: User, changes: Mapping[str, Any]) -> User:
    """Write the fields of a profile that `changes` names, and no other. What changes nothing emits nothing.

    Listeners become artists at any time; the way back is closed, for others follow an artist and lists name one.
    Raises ArtistsStay.
    """
    strange = set(changes) - FIELDS
    if strange:
        raise ValueError(f"not fields of a profile: {sorted(strange)}")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    changed = sorted(name for name, value in changes.items() if getattr(user, name) != value)
    if user.role == Role.ARTIST and "role" in changed:
        raise ArtistsStay
    if changed:
        for name in changed:
            setattr(user, name, changes[name])
        user.save(update_fields=changed)
        emit(ProfileUpdated(user_id=user.pk, fields=changed))
    return user


@transaction.atomic
def grant_badge(*, user: User) -> None:
    """Put the tick beside a name: staff knows who this is. Twice is once."""
    if User.objects.get_queryset().filter(pk=user.pk, verified_badge=False).update(verified_badge=True):
        emit(BadgeGranted(user_id=user.pk))


@transaction.atomic
def withdraw_badge(*, user: User) -> None:
    """Take the tick away. Twice is once."""
    if User.objects.get_queryset().filter(pk=user.pk, verified_badge=True).update(verified_badge=False):
        emit(BadgeWithdrawn(user_id=user.pk))
