from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User

FIELDS = frozenset({"display_name", "bio", "city", "country", "role", "timezone", "locale"})


@transaction.atomic
def update_profile(*, user: User, changes: Mapping[str, Any]) -> User:
    """Write the fields of a profile that `changes` names, and no other."""
    strange = set(changes) - FIELDS
    if strange:
        raise ValueError(f"not fields of a profile: {sorted(strange)}")
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    return user
