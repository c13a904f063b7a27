import pytest

from accounts.models import User
from config.tests.privacy.world import NAME, furnish
from tracks.tests.conftest import finish, made, make_ready, rooms, tagged, tone, upload_bytes

__all__ = ["finish", "made", "make_ready", "rooms", "tagged", "tone", "upload_bytes"]


@pytest.fixture
def person(make_user, make_ready) -> User:
    """Somebody with rows and objects of every kind."""
    user = make_user(NAME)
    furnish(user, make_track=make_ready)
    return user
