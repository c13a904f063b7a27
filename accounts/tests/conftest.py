"""People in every standing, and what they send."""

from datetime import datetime, timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.utils import timezone

from accounts import services
from accounts.models import User
from conftest import PASSWORD


@pytest.fixture
def at() -> datetime:
    """Now, as services are told."""
    return timezone.now()


@pytest.fixture
def newcomer(db, at) -> User:
    """Registered a moment ago; the address is not confirmed."""
    services.register(email="newcomer@example.org", username="newcomer", password=PASSWORD, terms_version="1", at=at)
    return User.objects.get(username="newcomer")


@pytest.fixture
def latecomer(db, at) -> User:
    """Registered so long ago that the account is due to be forgotten."""
    services.register(
        email="latecomer@example.org",
        username="latecomer",
        password=PASSWORD,
        terms_version="1",
        at=at - timedelta(days=1, seconds=1),
    )
    return User.objects.get(username="latecomer")


@pytest.fixture
def suspended(make_user) -> User:
    return make_user("suspended", is_active=False)


@pytest.fixture
def key_of():
    """The key that the confirmation mail of a person carries."""

    def find(user: User) -> str:
        return str(EmailConfirmationHMAC(EmailAddress.objects.get(user=user)).key)

    return find


@pytest.fixture
def registration() -> dict[str, str]:
    """What a form sends."""
    return {
        "email": "newcomer@example.org",
        "username": "newcomer",
        "password": PASSWORD,
        "terms_version": "1",
    }
