"""People in every standing, and what they send."""

from base64 import b32decode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import jwt
import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
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


@dataclass
class Phone:
    """An authenticator app with one secret, and the recovery codes on a slip of paper beside it."""

    secret: str
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, at: datetime | None = None) -> str:
        """The six digits that it shows then, or now."""
        moment = int((at or timezone.now()).timestamp())
        return TOTP(b32decode(self.secret), 6, SHA1(), 30).generate(moment).decode()  # noqa: S303 -- the standard's

    def next_code(self) -> str:
        """The digits that come next; a clock may be half a minute ahead."""
        return self.code(timezone.now() + timedelta(seconds=30))

    def wrong_code(self) -> str:
        """Digits that it shows neither now nor a minute around now."""
        near = {self.code(timezone.now() + timedelta(seconds=30 * step)) for step in range(-3, 4)}
        return next(digits for digits in ("000000", "111111", "222222", "333333", "444444") if digits not in near)


@pytest.fixture
def equip():
    """Sets up a second factor for somebody, two minutes ago: the codes of now are unspent."""

    def give(user: User) -> Phone:
        moment = timezone.now() - timedelta(minutes=2)
        phone = Phone(services.draft_totp(user=user, at=moment).secret)
        phone.recovery_codes = services.add_second_factor(user=user, otp=phone.code(moment), at=moment)
        return phone

    return give


@pytest.fixture
def token(google):
    """Signs an id_token as the issuer does."""

    def sign(sub: str = "pia", **claims) -> str:
        now = int(timezone.now().timestamp())
        good = {"iss": google.issuer, "aud": "earshot", "iat": now, "exp": now + 600, "sub": sub}
        return jwt.encode(good | claims, google.key, "RS256")

    return sign


@pytest.fixture
def pia(token):
    """A newcomer whose address Google has verified."""

    def sign(**claims) -> str:
        return token(**{"email": "pia@example.org", "email_verified": True, "name": "Pia Nó"} | claims)

    return sign
