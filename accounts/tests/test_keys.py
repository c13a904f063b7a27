"""Keys are changed without signing anybody out, and a key that is taken away opens nothing more."""

import jwt
import pytest
from django.utils import timezone

from accounts import services
from accounts.services.sessions import Device, open_session
from accounts.tokens import AccessToken, PurposeToken, RefreshToken, read_token, with_new_life
from config.env import signing_keys
from config.lib.testing import Api

pytestmark = pytest.mark.django_db

OLD, NEW = "an old secret " + "0123456789" * 3, "a new secret " + "9876543210" * 3
REFRESH, ME = "/api/v1/auth/token/refresh/", "/api/v1/me/"


@pytest.fixture
def keys(settings):
    """Put these into the environment, as an operator does."""

    def put(listed: str) -> None:
        settings.JWT_SIGNING_KEYS = signing_keys(listed)

    put(f"2026:{OLD}")
    return put


@pytest.fixture
def pair(owner, keys):
    """Signed with the old key."""
    return open_session(user=owner, device=Device(user_agent="", address=""), at=timezone.now())


def status(token: str) -> int:
    return Api().get(ME, headers={"authorization": f"Bearer {token}"}).status_code


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


def test_tokens_of_the_old_key_are_good_until_it_is_taken_away(pair, keys):
    keys(f"2027:{NEW},2026:{OLD}")
    assert status(pair.access) == 200
    fresh = Api().post(REFRESH, {"refresh": pair.refresh}).json()
    assert (kid(pair.access), kid(pair.refresh)) == ("2026", "2026")
    assert (kid(fresh["access"]), kid(fresh["refresh"])) == ("2027", "2027")
    keys(f"2027:{NEW}")
    assert status(pair.access) == 401
    assert status(fresh["access"]) == 200
    assert Api().post(REFRESH, {"refresh": fresh["refresh"]}).status_code == 200


def test_a_refresh_token_of_a_key_that_is_gone_refreshes_nothing_and_ends_nothing(pair, keys):
    keys(f"2027:{NEW}")
    with pytest.raises(services.TokenInvalid):
        services.refresh_session(refresh=pair.refresh, at=timezone.now())
    keys(f"2026:{OLD}")
    assert services.refresh_session(refresh=pair.refresh, at=timezone.now())


def test_a_key_that_is_not_the_first_signs_nothing(pair, keys):
    keys(f"2027:{NEW},2026:{OLD}")
    assert kid(with_new_life(pair.access)) == "2027"


def test_a_new_secret_under_an_old_name_opens_nothing_of_the_old_one(pair, keys):
    keys(f"2026:{NEW}")
    assert status(pair.access) == 401


def test_plain_secrets_are_changed_by_putting_the_new_one_in_front(owner, keys):
    keys(OLD)
    pair = open_session(user=owner, device=Device(user_agent="", address=""), at=timezone.now())
    keys(f"{NEW},{OLD}")
    assert status(pair.access) == 200
    assert services.refresh_session(refresh=pair.refresh, at=timezone.now())
    keys(NEW)
    assert status(pair.access) == 401


class Ticket(PurposeToken):
    """A kind that somebody adds."""

    token_type = "ticket"
    lifetime = AccessToken.lifetime


@pytest.mark.parametrize("kind", [AccessToken, RefreshToken, Ticket])
def test_a_kind_of_token_is_read_as_no_other(keys, kind):
    token = kind()
    token["sid"] = "0b0c8a1e-7b1f-4d5a-9a55-d41d8cd98f00"
    readers = [reader for reader in (AccessToken, RefreshToken, Ticket) if read_token(reader, str(token))]
    assert readers == [kind]
