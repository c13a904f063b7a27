import pytest
from django.utils import timezone

from playlists.tests.conftest import add_playlist, add_track
from social.services import follow_user

__all__ = ["add_playlist", "add_track"]


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def fan(make_user, owner, at):
    """Somebody who follows the owner."""
    person = make_user("fan")
    follow_user(follower=person, followed=owner, at=at)
    return person
