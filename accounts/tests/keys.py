"""Keys as tests make and spend them."""

import pytest

from accounts import services
from accounts.choices import Purpose
from accounts.models import MailedKey, User
from accounts.services.keys import make_key

OTHER = "quite another place"
DEVICE = services.Device(user_agent="", address="")
NEW = "new@example.org"


def key_for(user: User, purpose: Purpose, at, email: str = NEW) -> str:
    row_id = make_key(purpose=purpose, user=User.objects.get(pk=user.pk), at=at, email=email)
    return services.key_of(MailedKey.objects.get(pk=row_id))


def spend(purpose: Purpose, key: str, at):
    """What the key is for."""
    if purpose == Purpose.PASSWORD_RESET:
        return services.reset_password(key=key, password=OTHER, at=at)
    return services.change_email(key=key, at=at)


both = pytest.mark.parametrize("purpose", Purpose)
