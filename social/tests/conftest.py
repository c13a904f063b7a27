import pytest
from django.utils import timezone

from accounts.models import User, UserCounts


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def fan(make_user) -> User:
    return make_user("fan")


@pytest.fixture
def counts():
    """(followers, followings) on somebody's profile."""

    def of(user: User) -> tuple[int, int]:
        row = UserCounts.objects.get(pk=user.pk)
        return row.followers, row.followings

    return of
